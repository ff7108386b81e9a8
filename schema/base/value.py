"""Types that are read from values of the domain."""

from typing import ClassVar


class OfValue:
    """A type whose objects are instances of `domain_class`.

    Fields without a resolver are attributes of the instance.
    """

    domain_class: ClassVar[type]

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Return whether it is such an instance."""
        return isinstance(obj, cls.domain_class)
