"""A schema that has nothing to do with returns, executed by a plan and by graphql-core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    ExecutionResult,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    OperationDefinitionNode,
    build_schema,
    execute,
    parse,
)

from bff.graphql.engine.plan.plan import PlannedOperation
from bff.graphql.engine.plan.sources import Attribute, BatchSource, PerLevel, PerParent, Source

SCHEMA = build_schema("""
  interface Named { name: String! }
  enum Kind { OLD NEW }
  scalar Moment
  type Author implements Named { name: String! books: [Book!]! born: Moment age: Int }
  type Book implements Named {
    name: String! kind: Kind! author: Author pages: Int! price: Float! sold: Boolean!
    grid: [[Int!]]! shelves: [[Author]!] rated(least: Int = 3, by: Kind): Int! tag: ID
    slow(times: Int): String similar: [Book]
  }
  union Found = Author | Book
  input Wish { name: String!, many: [Int] = [1, 2] }
  type Query {
    books(first: Int = 10): [Book!]!
    found(names: [String]!): [Found]!
    named: Named
    wish(wish: Wish): String
    broken: Book
    void: Book!
  }
  type Mutation { write(name: String!): Book }
  type Subscription { published: Book! }
""")


@dataclass
class Author:
    name: str
    books: list["Book"] = field(default_factory=list, repr=False)
    born: int | None = None
    age: Any = 40


@dataclass
class Book:
    """`tagged`: what `tag` shows; `kind` None stands where no null may."""

    name: str
    author_name: str | None = None
    kind: str | None = "OLD"
    pages: Any = 100
    price: Any = 9.5
    sold: Any = False
    tag: Any = None
    grid: Any = field(default_factory=lambda: [[1, 2], [], [3]])
    shelves: Any = field(default_factory=lambda: [[Author("A"), None], []])
    similar: Any = field(default_factory=list)


@dataclass
class Shelf:
    """The context: what there is, and what was done with it."""

    books: list[Book]
    authors: dict[str, Author] = field(default_factory=dict)
    loads: list[list[Any]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    async def load(self, keys: Sequence[Any]) -> list[Author | None]:
        self.loads.append(list(keys))
        return [self.authors.get(key) for key in keys]


async def author(parent: Book, info: Any) -> Author | None:
    shelf: Shelf = info.context
    return (await shelf.load([parent.author_name]))[0]


async def authors(context: Shelf, keys: Sequence[Any]) -> list[Author | None]:
    return await context.load(keys)


def rated(parent: Book, info: Any, least: int, by: str | None = None) -> int:
    known = len(parent.name) + len(info.context.books)
    return max(least, known) + (100 if by == "NEW" else 0)


async def slow(parent: Book, _info: Any, times: int | None = None) -> str:
    return parent.name * (2 if times is None else times)


async def slow_level(parents: Sequence[Book], info: Any, times: int | None = None) -> list[str]:
    return [await slow(parent, info, times) for parent in parents]


def books(info: Any, first: int) -> list[Book]:
    shelf: Shelf = info.context
    return shelf.books[:first]


def found(info: Any, names: list[str | None]) -> list[Any]:
    shelf: Shelf = info.context
    known = {**{one.name: one for one in shelf.books}, **shelf.authors}
    return [known.get(name or "") for name in names]


async def write(info: Any, name: str) -> Book:
    info.context.written.append(name)
    if name == "bad":
        raise ValueError(name)
    return Book(name, kind=None if name == "odd" else "NEW")


def _fail(_info: Any) -> Any:
    raise ValueError("broken")


SOURCES: dict[str, Source] = {
    "books": PerParent(books, takes_parent=False, takes_info=True, is_async=False, convert=dict),
    "found": PerParent(found, takes_parent=False, takes_info=True, is_async=False, convert=dict),
    "named": PerParent(lambda info: info.context.books[0], False, True, False),
    "wish": PerParent(lambda **given: str(given), False, False, False, convert=dict),
    "broken": PerParent(_fail, False, True, False),
    "void": PerParent(lambda _info: None, False, True, False),
    "author": BatchSource("author_name", authors),
    "rated": PerParent(rated, takes_parent=True, takes_info=True, is_async=False, convert=dict),
    "slow": PerLevel(slow_level, convert=dict),
    "write": PerParent(write, takes_parent=False, takes_info=True, is_async=True, convert=dict),
}


class ShopHost:
    def source(self, parent: GraphQLObjectType, field: GraphQLField) -> Source | None:
        name = next(name for name, one in parent.fields.items() if one is field)
        if parent.name == "Author" and name == "books":
            return Attribute("books")
        return SOURCES.get(name, Attribute(name))

    def type_name(self, value: Any, abstract: GraphQLAbstractType) -> str | None:
        return type(value).__name__


def _resolve() -> None:
    """The same for graphql-core."""
    for name, source in SOURCES.items():
        if isinstance(source, PerParent) and not source.takes_parent:
            kind = "Mutation" if name == "write" else "Query"
            SCHEMA.get_type(kind).fields[name].resolve = _rootless(source)  # type: ignore[union-attr]
    of_book: Any = SCHEMA.get_type("Book")
    for name, resolver in (("author", author), ("rated", rated), ("slow", slow)):
        of_book.fields[name].resolve = resolver
    SCHEMA.get_type("Subscription").fields["published"].resolve = lambda event, _: event  # type: ignore[union-attr]
    for abstract in ("Named", "Found"):
        of_both: Any = SCHEMA.get_type(abstract)
        of_both.resolve_type = lambda value, *_: type(value).__name__


def _rootless(source: PerParent) -> Any:
    def resolve(_root: Any, info: Any, **given: Any) -> Any:
        return source.call(info, **given) if source.takes_info else source.call(**given)

    return resolve


_resolve()


async def by_plan(
    document: str, shelf: Shelf, variables: Mapping[str, Any] | None = None, root: Any = None
) -> dict[str, Any]:
    """The data. Raises what the plan raises."""
    parsed = parse(document)
    operation = parsed.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    planned = PlannedOperation(SCHEMA, ShopHost(), parsed, operation)
    plan, run = planned.begin(shelf, variables)
    return await plan.data(run, root)


async def by_core(
    document: str, shelf: Shelf, variables: Mapping[str, Any] | None = None, root: Any = None
) -> ExecutionResult:
    given = dict(variables) if variables else None
    result = execute(SCHEMA, parse(document), root, shelf, given)
    return result if isinstance(result, ExecutionResult) else await result
