"""flask-smorest's blueprint with our body parser, page sizes and documented errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar, cast

from flask_smorest import Blueprint as SmorestBlueprint
from flask_smorest import Page
from peewee import ModelSelect

from pvdifyd.http.body import BodyParser
from pvdifyd.http.tags import IF_NONE_MATCH

View = TypeVar("View", bound=Callable[..., Any])


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """The base of every resource. What it takes from flask-smorest is given its types here."""

    ARGUMENTS_PARSER = BodyParser()
    PAGINATION_ARGUMENTS_PARSER = BodyParser()
    DEFAULT_PAGINATION_PARAMETERS: ClassVar = {"page": 1, "page_size": 50, "max_page_size": 100}

    def arguments(self, schema: Any, **options: Any) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().arguments(schema, **options))

    def response(self, status_code: int, schema: Any = None, **options: Any) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().response(status_code, schema, **options))

    def alt_response(self, status_code: int, response: Any = None, **options: Any) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().alt_response(status_code, response, **options))

    def paginate(self, pager: Any = None, **options: Any) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().paginate(pager, **options))

    @staticmethod
    def doc(**options: Any) -> Callable[[View], View]:
        return cast(Callable[[View], View], SmorestBlueprint.doc(**options))

    def conditional(self, view: View) -> View:
        """Document that a view which reads sends nothing where who asks has it already (`tags.spare_what_is_known`)."""
        known = self.alt_response(304, success=True)(view)
        return self.doc(parameters=[IF_NONE_MATCH])(known)

    def problems(self, *statuses: int) -> Callable[[View], View]:
        """Document that a view may answer these statuses, each with our error body."""
        # Whoever is asked for a token may be told these too: a token in the address, not this one, too many wrong ones.
        told = {*statuses, 400, 403, 429} if 401 in statuses else {*statuses}

        def decorate(view: View) -> View:
            for status in sorted(told):
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return decorate


class Rows:
    """Rows to be listed: the query, and how a page of them is shown."""

    def __init__(
        self, query: ModelSelect[Any], show: Callable[[Sequence[Any]], list[dict[str, Any]]]
    ) -> None:
        self.query = query
        self.show = show

    def __len__(self) -> int:
        return int(self.query.count())


class RowsPage(Page):  # type: ignore[misc]
    """One page of rows."""

    @property
    def items(self) -> list[dict[str, Any]]:
        """The page's rows, shown; none past the last page."""
        first, size = self.page_params.first_item, self.page_params.page_size
        if first >= self.page_params.item_count:
            return []
        return list(self.collection.show(list(self.collection.query.limit(size).offset(first))))
