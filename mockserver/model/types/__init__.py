"""The Model of an API as values: its resources, its operations, its errors and its habits.

A reader understands from these files what Understudy can play. Everything here is compiled once,
from the document and the semantics file, and never changes while calls are answered.
"""

from mockserver.model.types.described import (
    Content,
    Described,
    DescribedHeader,
    DescribedMedia,
    DescribedParameter,
    DescribedRequest,
    DescribedResponse,
    is_json,
    json_media,
    usual_media,
)
from mockserver.model.types.guarantees import (
    Conditions,
    Departure,
    Idempotency,
    Job,
    Sight,
    Versioning,
    Work,
)
from mockserver.model.types.habits import Habits, Quota, Tenancy, XmlHabits
from mockserver.model.types.issuer import Desk, Duty, Issuer
from mockserver.model.types.model import Model
from mockserver.model.types.notation import Expression, Schema, Template
from mockserver.model.types.operation import (
    Action,
    Increase,
    KeyPlace,
    Kind,
    Operation,
    Stamp,
)
from mockserver.model.types.reading import (
    BY_KEY,
    BY_PLACE,
    Envelope,
    Filter,
    Language,
    Operator,
    PageWay,
    Paging,
    Sorting,
    Sparse,
    View,
)
from mockserver.model.types.refusing import Credential, ErrorForm, Errors, Security
from mockserver.model.types.relation import (
    Children,
    Exclusion,
    Join,
    Mirror,
    Offspring,
    Parent,
    Reference,
    Related,
)
from mockserver.model.types.resource import Position, Resource
from mockserver.model.types.results import ItemForm, ItemList, Results
from mockserver.model.types.schema import Alternative, DescribedSchema
from mockserver.model.types.states import States, Step

__all__ = [
    "BY_KEY",
    "BY_PLACE",
    "Action",
    "Alternative",
    "Children",
    "Conditions",
    "Content",
    "Credential",
    "Departure",
    "Described",
    "DescribedHeader",
    "DescribedMedia",
    "DescribedParameter",
    "DescribedRequest",
    "DescribedResponse",
    "DescribedSchema",
    "Desk",
    "Duty",
    "Envelope",
    "ErrorForm",
    "Errors",
    "Exclusion",
    "Expression",
    "Filter",
    "Habits",
    "Idempotency",
    "Increase",
    "Issuer",
    "ItemForm",
    "ItemList",
    "Job",
    "Join",
    "KeyPlace",
    "Kind",
    "Language",
    "Mirror",
    "Model",
    "Offspring",
    "Operation",
    "Operator",
    "PageWay",
    "Paging",
    "Parent",
    "Position",
    "Quota",
    "Reference",
    "Related",
    "Resource",
    "Results",
    "Schema",
    "Security",
    "Sight",
    "Sorting",
    "Sparse",
    "Stamp",
    "States",
    "Step",
    "Template",
    "Tenancy",
    "Versioning",
    "View",
    "Work",
    "XmlHabits",
    "is_json",
    "json_media",
    "usual_media",
]
