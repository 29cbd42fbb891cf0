"""Read and write XML by a schema: bytes and a shape in, a JSON value out, and back.

A shape says how a schema spells its values (OpenAPI 3.0.3, XML Object): names, attributes, wrapped
arrays and namespaces. JSON has what XML lacks, so what nobody declares follows fixed rules: a null
property is left out and a null anywhere else is `xsi:nil`, unless the API has a word for null (an
array without an element of its own is left out when it is null or empty); a property name that is
no XML name has its odd characters as `_x0024_`; characters that XML cannot hold become U+FFFD.
Reading is lenient with the root's name, with namespaces and with attributes it does not know; a
value that is not of the declared type stays text, so that the schema's validator refuses it by
name.
"""

from mockserver.asgi.codec.xml.names import escape_name, unescape_name
from mockserver.asgi.codec.xml.read import read_xml
from mockserver.asgi.codec.xml.shape import DEEPEST, XmlShape, is_xml, shape_of
from mockserver.asgi.codec.xml.write import write_xml, xml_writer

__all__ = [
    "DEEPEST",
    "XmlShape",
    "escape_name",
    "is_xml",
    "read_xml",
    "shape_of",
    "unescape_name",
    "write_xml",
    "xml_writer",
]
