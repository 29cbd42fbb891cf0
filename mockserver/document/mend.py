"""A document in OpenAPI 3.0.3's words in, the same without its common faults out, and the findings.

What is missing is filled in, what contradicts itself gives way to what refuses less; each time a
finding names the place:

    paths: {/pets/{id}: {get: {parameters: [], responses: {}}}}

becomes

    paths: {/pets/{id}: {get: {operationId: get_pets_id,
                               parameters: [{name: id, in: path, required: true, schema: ...}],
                               responses: {default: {description: ''}}}}}

Afterwards each operation has a unique `operationId`, `responses` as a map of objects and exactly
the path parameters that its template names; each security requirement names a scheme that can be
checked; the URL of each server can be computed. Schemas are mended on their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import field
from typing import Any

from mockserver.document.findings import Finding
from mockserver.document.grammar import METHODS
from mockserver.document.pointers import join
from mockserver.slots import dataclass

Object = dict[str, Any]
Parameters = list[Any]

_TEMPLATE = re.compile(r"\{([^{}]+)\}")
_CODE = re.compile(r"[1-5](\d\d|XX)|default")
_WORD = re.compile(r"[A-Za-z0-9]+")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)|localhost\b")
_SECURITY_TYPES = ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")
_KEY_PLACES = ("query", "header", "cookie")


@dataclass(frozen=True, slots=True)
class _Site:
    """A site of the document, at which something may have to be told."""

    pointer: str
    findings: list[Finding]

    def below(self, *tokens: object) -> _Site:
        """Go some tokens deeper."""
        way = join(str(token) for token in tokens)
        return _Site(self.pointer + way, self.findings)

    def tell(self, message: str, *, fault: bool = True) -> None:
        finding = Finding(message, self.pointer, fault=fault)
        self.findings.append(finding)


def mend(document: Object, name: str, findings: list[Finding]) -> Object:
    """Mend a document; `name` becomes its title where it has none. Idempotent."""
    root = _Site("", findings)
    mended = dict(document)
    mended["info"] = _info(document.get("info"), name, root.below("info"))
    mended["components"] = _components(document.get("components"), root.below("components"))
    paths = _paths(document, root.below("paths"))
    mended["paths"] = _mend_operations(paths, root.below("paths"))
    _mend_tags(mended, root.below("tags"))
    _mend_servers(mended, root)
    schemes = mended["components"].get("securitySchemes", {})
    _mend_requirements(mended, schemes.keys(), root)
    return mended


def _info(given: Any, name: str, site: _Site) -> Object:
    mended = dict(given) if isinstance(given, dict) else {}
    for word, default in (("title", name), ("version", "0")):
        value = mended.get(word)
        if isinstance(value, str):
            continue
        is_number = isinstance(value, int | float)
        mended[word] = str(value) if is_number else default
        site.below(word).tell(f"{word} is missing or no text; {mended[word]!r} taken")
    return mended


def _components(given: Any, site: _Site) -> Object:
    mended = {}
    sections = given if isinstance(given, dict) else {}
    for section, members in sections.items():
        if isinstance(members, dict):
            mended[section] = _objects(members)
    if "securitySchemes" in mended:
        schemes = mended["securitySchemes"]
        mended["securitySchemes"] = _mend_schemes(schemes, site.below("securitySchemes"))
    return mended


def _objects(members: Object) -> Object:
    return {name: value for name, value in members.items() if isinstance(value, dict)}


def _mend_tags(document: Object, site: _Site) -> None:
    if "tags" not in document:
        return
    tags = document["tags"]
    mended = list(_tags(_list(tags)))
    if mended != tags:
        site.tell("tags is no list of objects with names; mended")
        document["tags"] = mended


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _tags(given: list[Any]) -> Iterator[Object]:
    for tag in given:
        if isinstance(tag, str):
            yield {"name": tag}
        elif isinstance(tag, dict) and isinstance(tag.get("name"), str):
            yield tag


# Paths


def _paths(document: Object, site: _Site) -> Object:
    """Clean the path keys; paths that become one are merged, the first operation of a method
    counts.
    """
    paths = document.get("paths")
    if not isinstance(paths, dict) or not paths:
        site.tell("there are no paths; nothing can be served", fault=paths is None)
        return {}
    # extensions go; what is left are path items only
    items = {key: item for key, item in paths.items() if not key.startswith("x-")}
    queries = {key: _query(key, item) for key, item in _objects(items).items()}
    ways = {(_shape(key), query) for key, query in queries.items()}
    shapes = Counter(shape for shape, _ in ways)
    mended: Object = {}
    for key, item in items.items():
        here = site.below(key)
        if not isinstance(item, dict):
            here.tell("this is no path item; dropped")
            continue
        query = queries[key] if shapes[_shape(key)] > 1 else ""
        path = _path(key, query, here)
        first = mended.get(path)
        mended[path] = item if first is None else _joined(item, first, here)
    return mended


def _shape(key: str) -> str:
    """Return what a path has in common with those that only differ from it in the query, the
    fragment or the names of their parameters.
    """
    return _TEMPLATE.sub("{}", _bare(key))


def _bare(key: str) -> str:
    path = key.partition("?")[0].partition("#")[0]
    return "/" + path.strip().lstrip("/")


def _query(key: str, item: Object) -> str:
    """Return the query by which a path is told from another one, empty where there is none.

    A fragment is a query where its names are those of query parameters: /{bucket}#acl
    """
    whole, _, fragment = key.partition("#")
    query = whole.partition("?")[2].strip()
    if query or not fragment:
        return query
    known = _query_names(item)
    for pair in fragment.split("&"):
        name, _, _ = pair.partition("=")
        if name not in known:
            return ""
    return fragment


def _query_names(item: Object) -> list[Any]:
    """Return the names of the query parameters of a path item and its operations."""
    names = []
    for owner in (item, *_operations(item).values()):
        for parameter in _list(owner.get("parameters")):
            if isinstance(parameter, dict) and parameter.get("in") == "query":
                names.append(parameter.get("name"))
    return names


def _joined(item: Object, first: Object, site: _Site) -> Object:
    message = "another path with this method is the same without its query; this one is left out"
    for method in METHODS:
        if method in item and method in first:
            site.below(method).tell(message)
    return item | first


def _path(key: str, query: str, site: _Site) -> str:
    path = _bare(key)
    if query:
        message = "no path has a query; taken as what chooses this one of several"
        site.tell(message, fault=False)
        return f"{path}?{query}"
    if path != key:
        site.tell(f"no path can be written like this; {path} taken")
    return path


# Operations


@dataclass(slots=True)
class _OperationIds:
    """The ids that operations have by now, and those that further ones bring along."""

    wanted: Collection[str]
    taken: set[str] = field(default_factory=set)

    def keep(self, own: Any) -> bool:
        """Take an operation's own id, if it is one and nobody had it before."""
        if not isinstance(own, str) or not own or own in self.taken:
            return False
        self.taken.add(own)
        return True

    def make(self, path: str, method: str) -> str:
        """Make an id of method and path, with a number if need be."""
        base = made = "_".join([method, *_WORD.findall(path)])
        number = 1
        while made in self.taken or made in self.wanted:
            number += 1
            made = f"{base}_{number}"
        self.taken.add(made)
        return made


def _mend_operations(paths: Object, site: _Site) -> Object:
    wanted = set()
    for item in paths.values():
        for operation in _operations(item).values():
            own = operation.get("operationId")
            if isinstance(own, str):
                wanted.add(own)
    ids = _OperationIds(wanted)
    return {path: _path_item(path, item, ids, site.below(path)) for path, item in paths.items()}


def _operations(item: Object) -> dict[str, Object]:
    members = {method: item.get(method) for method in METHODS}
    return _objects(members)


def _path_item(path: str, item: Object, ids: _OperationIds, site: _Site) -> Object:
    operations = _operations(item)
    mended = dict(item)
    for method in METHODS:
        if method in item and method not in operations:
            del mended[method]
    if len(mended) != len(item):
        site.tell("an operation that is no object; dropped")
    shared = _parameters(item, site)
    if "parameters" in item:
        mended["parameters"] = _in_place(shared, path, site)
    for method, operation in operations.items():
        here = site.below(method)
        whole = _operation(path, operation, shared, here)
        whole["operationId"] = _identify(path, method, operation, ids, here)
        mended[method] = whole
    _mend_servers(mended, site)
    return mended


def _operation(path: str, given: Object, shared: Parameters, site: _Site) -> Object:
    parameters = _in_place(_parameters(given, site), path, site)
    declared = [_key(parameter) for parameter in [*shared, *parameters]]
    for name in dict.fromkeys(_names(path)):
        if (name, "path") not in declared:
            site.tell(f"the path parameter {name} is not declared; taken as text")
            parameters.append(_path_parameter(name))
    mended = dict(given)
    mended["responses"] = _responses(given.get("responses"), site.below("responses"))
    if parameters or "parameters" in given:
        mended["parameters"] = parameters
    _mend_servers(mended, site)
    return mended


def _names(path: str) -> list[str]:
    """Return the path parameters of a path, which may have a query."""
    return _TEMPLATE.findall(path.partition("?")[0])


def _path_parameter(name: str) -> Object:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
    }


def _key(parameter: Object) -> tuple[Any, Any]:
    return parameter["name"], parameter["in"]


def _parameters(owner: Object, site: _Site) -> Parameters:
    """List the parameters of an operation or a path item, each once."""
    given = owner.get("parameters", [])
    here = site.below("parameters")
    if not isinstance(given, list):
        here.tell("parameters is no list; dropped")
        return []
    unique: dict[tuple[Any, Any], Any] = {}
    for index, parameter in enumerate(given):
        if not isinstance(parameter, dict):
            here.below(index).tell("this is no parameter; dropped")
            continue
        name, place = _key(parameter)
        if (name, place) in unique:
            message = f"the {place} parameter {name} stands twice; the first one counts"
            here.below(index).tell(message)
        else:
            unique[name, place] = parameter
    return list(unique.values())


def _in_place(parameters: Parameters, path: str, site: _Site) -> Parameters:
    """Leave out the path parameters that are not in the path; those in its query are of the
    query.
    """
    names = _names(path)
    names_of_query = _TEMPLATE.findall(path.partition("?")[2])
    kept = []
    for parameter in parameters:
        name, place = _key(parameter)
        if place != "path" or name in names:
            kept.append(parameter)
            continue
        if name in names_of_query:
            kept.append(parameter | {"in": "query"})
            continue
        message = f"the path parameter {name} is not in the path; dropped"
        site.below("parameters").tell(message)
    return kept


def _responses(given: Any, site: _Site) -> Object:
    responses = {}
    members = given if isinstance(given, dict) else {}
    for key, response in members.items():
        if key.startswith("x-"):
            continue  # an extension; what is left are responses only
        code = key if key == "default" else key.upper()
        if _CODE.fullmatch(code) and isinstance(response, dict):
            responses[code] = response
        else:
            site.tell(f"{key} is no status code, or its response no object; dropped")
    if not responses:
        site.tell("there are no responses; an empty default taken")
        responses["default"] = {"description": ""}
    return responses


def _identify(path: str, method: str, given: Object, ids: _OperationIds, site: _Site) -> str:
    """Keep an operation's own id the first time, else make one of method and path."""
    own = given.get("operationId")
    if isinstance(own, str) and ids.keep(own):
        return own
    made = ids.make(path, method)
    reason = f"the operationId {own} stands twice" if own else "no operationId"
    here = site.below("operationId")
    here.tell(f"{reason}; {made} taken", fault=bool(own))
    return made


# Security


def _mend_schemes(schemes: Object, site: _Site) -> Object:
    """Mend the security schemes; one that cannot be understood is dropped."""
    mended = {}
    for name, scheme in schemes.items():
        safe = {key: value for key, value in scheme.items() if not _is_code(key)}
        kept = _scheme(safe, site.below(name))
        if kept is not None:
            mended[name] = kept
    return mended


def _is_code(key: str) -> bool:
    """Tell the extensions by which connexion imports functions of the document's author."""
    return key.startswith("x-") and key.endswith("Func")


def _scheme(scheme: Object, site: _Site) -> Object | None:
    kind = scheme.get("type")
    if kind in ("basic", "bearer"):
        site.below("type").tell(f"type {kind} is none of OpenAPI 3; http {kind} taken")
        return scheme | {"type": "http", "scheme": kind}
    if not _is_scheme(scheme):
        site.tell("this is no security scheme; dropped")
        return None
    if kind == "http":
        word = scheme["scheme"].lower()
        return scheme | {"scheme": word}
    if kind == "oauth2" and not isinstance(scheme.get("flows"), dict):
        site.tell("an oauth2 scheme without flows; none taken")
        return scheme | {"flows": {}}
    return scheme


def _is_scheme(scheme: Object) -> bool:
    kind = scheme.get("type")
    if kind == "apiKey":
        return isinstance(scheme.get("name"), str) and scheme.get("in") in _KEY_PLACES
    if kind == "http":
        return isinstance(scheme.get("scheme"), str)
    return kind in _SECURITY_TYPES


def _mend_requirements(document: Object, known: Collection[str], root: _Site) -> None:
    """Drop the requirements that name no scheme, of the document and of its operations, all of
    which are the caller's own.
    """
    _mend_security(document, known, root)
    for path, item in document["paths"].items():
        for method, operation in _operations(item).items():
            _mend_security(operation, known, root.below("paths", path, method))


def _mend_security(owner: Object, known: Collection[str], site: _Site) -> None:
    if "security" not in owner:
        return
    given = owner["security"]
    requirements = [given] if isinstance(given, dict) else given
    kept = [needed for needed in _list(requirements) if _is_known(needed, known)]
    if kept != given:
        here = site.below("security")
        here.tell("security names a scheme that is not defined; dropped")
    owner["security"] = [_with_scopes(needed) for needed in kept]


def _is_known(needed: Any, known: Collection[str]) -> bool:
    return isinstance(needed, dict) and all(name in known for name in needed)


def _with_scopes(needed: Mapping[str, Any]) -> Object:
    scopes = {}
    for name, value in needed.items():
        scopes[name] = value if isinstance(value, list) else []
    return scopes


# Servers


def _mend_servers(owner: Object, site: _Site) -> None:
    """Mend the field `servers` of a document, a path item or an operation, which is the caller's
    own; without one nothing is added.
    """
    if "servers" not in owner:
        return
    here = site.below("servers")
    given = owner.pop("servers")
    servers = _list(given)
    mended = []
    for index, server in enumerate(servers):
        if isinstance(server, dict) and isinstance(server.get("url"), str):
            mended.append(_server(server, here.below(index)))
    if len(mended) != len(servers) or servers is not given:
        here.tell("a server without a URL; dropped")
    if mended:
        owner["servers"] = mended


def _server(server: Object, site: _Site) -> Object:
    mended = dict(server)
    given = mended.pop("variables", {})
    variables = given if isinstance(given, dict) else {}
    url = _url(server["url"], site.below("url"))
    url, variables = _with_plain_names(url, variables)
    mended["url"] = url
    names = dict.fromkeys(_TEMPLATE.findall(url))
    if names:
        here = site.below("variables")
        mended["variables"] = {
            name: _variable(name, variables.get(name), here.below(name)) for name in names
        }
    return mended


def _with_plain_names(url: str, variables: Object) -> tuple[str, Object]:
    """Rename the variables of a URL to identifiers, which frameworks can format; drop stray
    braces.
    """
    plain = {name: _identifier(name) for name in _TEMPLATE.findall(url)}
    renamed = {plain.get(name, name): variable for name, variable in variables.items()}
    parts = _TEMPLATE.split(url)  # text and names in turn
    for index, part in enumerate(parts):
        is_name = index % 2 == 1
        text = part.replace("{", "").replace("}", "")
        parts[index] = f"{{{plain[part]}}}" if is_name else text
    return "".join(parts), renamed


def _identifier(name: str) -> str:
    word = re.sub(r"\W+", "_", name).strip("_")
    return word if word.isidentifier() else f"variable_{word}"


def _url(url: str, site: _Site) -> str:
    mended = url.strip()
    if "://" not in mended and not mended.startswith(("/", "{")):
        path = "/" + mended.removeprefix("./")
        mended = f"https://{mended}" if _HOST.match(mended) else path
    if mended != url:
        reason = f"the URL {url!r} starts with neither a scheme nor a slash"
        site.tell(f"{reason}; {mended} taken")
    return mended


def _variable(name: str, variable: Any, site: _Site) -> Object:
    mended = dict(variable) if isinstance(variable, dict) else {}
    default = mended.get("default")
    if isinstance(default, str):
        return mended
    if default is None:
        values = mended.get("enum")
        default = values[0] if isinstance(values, list) and values else name
    mended["default"] = str(default)
    site.tell(f"the server variable {name} has no default; {mended['default']!r} taken")
    return mended
