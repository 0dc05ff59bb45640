"""Writes random valid operations over a whole schema, towards a goal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from tests.support.differential.index import FAR, FieldStep, FragmentStep, Index, Step
from tests.support.differential.pool import EVENT
from tests.support.differential.style import Goal, Kept, Place, Style
from tests.support.differential.tree import (
    Directive,
    Document,
    Field,
    Fragment,
    Inline,
    Operation,
    Selection,
    Selections,
    Spread,
    Value,
)
from tests.support.differential.values import Values, literal

ALIASES = ("a", "b", "c", "x", "_", "a1", "id", "code", "status", "nodes", "viewer", "message")
TYPENAME = FieldStep("", "__typename", "String", "String!", leaf=True, many=False, arguments=())
# Which kind of id a type's nodes have
KINDS: Mapping[str, str] = {
    "Shopper": "sho",
    "Address": "adr",
    "Merchant": "mer",
    "Order": "ord",
    "OrderLine": "oli",
    "Return": "ret",
    "Refund": "ref",
    "Pickup": "pic",
}
# Of these arguments one is enough, and two are too many
EITHER: Mapping[str, tuple[str, ...]] = {"Query.pickupSlots": ("returnId", "addressId")}
OFTEN = frozenset({"first"})


@dataclass
class Writer:
    """One a document. `selected`: its fields and arguments, named as in `Index.everything`."""

    random: Random
    index: Index
    values: Values
    style: Style
    selected: set[str] = field(default_factory=set)
    fragments: dict[str, Fragment] = field(default_factory=dict)
    _keys: dict[tuple[tuple[str, ...], str], tuple[str, str, str]] = field(default_factory=dict)
    _kept: list[Kept] = field(default_factory=list)
    _left: int = 0

    def happens(self, probability: float) -> bool:
        return self.random.random() < probability

    def operation(self, name: str | None, kind: str = "query") -> Operation:
        self._left = self.style.fields
        goal = Goal(self.random.choice(self.index.goals), self.random.choice((0, 0, 1, 2, 4)))
        return Operation(name, self._selections(self.index.root, Place(), goal), kind)

    def one_field(self, kind: str) -> Operation:
        """With one field at its root: a subscription must not have more."""
        self._left = self.style.fields
        root = self.random.choice(self.index.fields[self.index.root])
        goals = [one for one in self.index.goals if self.index.distance(root.type, one.owner) < FAR]
        if kind == "mutation" and self.happens(0.3):
            goals = [one for one in goals if one.name == "replayed"]
        goal = Goal(self.random.choice(goals), self.random.choice((0, 1, 3)))
        field = replace(self._field(root, Place(), goal), directives=())
        return Operation(self.random.choice((None, "A")), (field,), kind)

    def document(self, *operations: Operation) -> Document:
        declared = {name: one.declared for name, one in self.values.variables.items()}
        return Document(operations, self.fragments, declared)

    # What is selected

    def _selections(self, of: str, at: Place, goal: Goal | None = None) -> Selections:
        made: list[Selection] = []
        if goal:
            made += self._towards(of, at, goal)
        elif at.path and self.happens(self.style.bare):
            return (self._field(TYPENAME, at),)
        if self._left > 0 and self.happens(self.style.wide):
            made += [self._field(one, at) for one in self.index.fields[of] if one.leaf]
        for _ in range(self._wanted(at)):
            if self._left <= 0:
                break
            made += self._anything(of, at, made)
        self.random.shuffle(made)
        return tuple(made) or (self._field(TYPENAME, at),)

    def _wanted(self, at: Place) -> int:
        if at.depth >= self.style.depth:
            return self.random.choice((1, 1, 2))
        return self.random.choice((0, 1, 2, 2, 3, 4, 6, 9))

    def _towards(self, of: str, at: Place, goal: Goal) -> Iterator[Selection]:
        """Nothing where the way is barred."""
        if of == goal.target.owner:
            yield self._field(goal.target, at)
            return
        ways = [one for one in self.index.steps(of) if self._leads(one, of, at, goal)]
        if goal.narrowed:
            ways = [FragmentStep(goal.narrowed)]
            goal.narrowed = None
        if not ways:
            return
        step = self.random.choice(ways)
        goal.slack -= 1 + self._far(step.type, goal) - self._far(of, goal)
        if isinstance(step, FragmentStep):
            yield self._narrowed(step.type, at, goal)
        else:
            yield self._field(step, at, goal)

    def _far(self, of: str, goal: Goal) -> int:
        return self.index.distance(of, goal.target.owner)

    def _leads(self, step: Step, of: str, at: Place, goal: Goal) -> bool:
        if isinstance(step, FieldStep) and step.path in at.lists:
            return False
        return self._far(step.type, goal) + 1 <= self._far(of, goal) + goal.slack

    def _anything(self, of: str, at: Place, made: list[Selection]) -> Iterator[Selection]:
        """Maybe something that is there already."""
        if made and self.happens(self.style.again):
            yield self._again(self.random.choice(made), of, at)
        elif self.happens(self.style.narrow):
            yield self._fragment(of, at)
        elif self.happens(0.08):
            yield self._field(TYPENAME, at)
        elif fields := self._fit(of, at):
            yield self._field(self.random.choice(fields), at)

    def _fit(self, of: str, at: Place) -> list[FieldStep]:
        """Fields that keep within the depth, and within no list of the same."""
        deep = at.depth >= self.style.depth
        fields = [
            one
            for one in self.index.fields[of]
            if one.leaf or not (deep or (one.path in at.lists and self.happens(0.99)))
        ]
        leaves = [one for one in fields if one.leaf]
        if of == "Query" and self.happens(0.03):
            return list(self.index.meta)
        return leaves if leaves and self.happens(0.55) else fields

    # Fields

    def _field(self, step: FieldStep, at: Place, goal: Goal | None = None) -> Field:
        self._left -= 1
        self.selected.add(step.path)
        kind = self._kind(step, goal)
        arguments = tuple(self._arguments(step, kind))
        alias = self._alias(step, arguments, at)
        key = alias or step.name
        below: Selections = ()
        if not step.leaf:
            lists = at.lists | {step.path} if step.many else at.lists
            place = Place((*at.path, key), at.depth + 1, lists, kind)
            below = self._selections(step.type, place, self._beyond(step, goal))
        return Field(step.name, alias, arguments, self._directives(), below)

    def _beyond(self, step: FieldStep, goal: Goal | None) -> Goal | None:
        return None if goal and step is goal.target else goal

    def _kind(self, step: FieldStep, goal: Goal | None) -> str | None:
        """Of the selected node: one on the way to the goal; or of a cursor."""
        if step.owner == "Subscription":
            return EVENT
        if step.type != "Node":
            return None
        if not goal or goal.target.owner == "Node":
            return self.random.choice(list(KINDS.values()))
        ways = [
            name
            for name in KINDS
            if self._far(name, goal) + 2 <= self._far("Query", goal) + goal.slack
        ]
        goal.narrowed = self.random.choice(ways) if ways else None
        return KINDS[goal.narrowed] if goal.narrowed else None

    def _arguments(self, step: FieldStep, kind: str | None) -> Iterator[tuple[str, Value]]:
        either = EITHER.get(step.path, ())
        chosen = {self.random.choice(either)} if either and self.happens(0.9) else {*either}
        for one in step.arguments:
            likely = 1.0 if not one.optional else 0.9 if one.name in OFTEN else 0.55
            if one.name in either:
                likely = float(one.name in chosen)
            if self.happens(likely):
                self.selected.add(f"{step.path}({one.name})")
                yield one.name, self.values.of(one, kind)

    def _alias(
        self, step: FieldStep, arguments: tuple[tuple[str, Value], ...], at: Place
    ) -> str | None:
        """One under which nothing else is selected in the same place."""
        text = ", ".join(f"{name}: {value.text}" for name, value in arguments)
        meant = (step.name, text, step.shape)
        name = self.random.choice(ALIASES) if self.happens(self.style.alias) else step.name
        if self._taken(name, meant, at):
            name = f"k{len(self._keys)}"
        self._keys[self._scope(at), name] = meant
        return None if name == step.name else name

    def _taken(self, name: str, meant: tuple[str, str, str], at: Place) -> bool:
        return self._keys.get((self._scope(at), name), meant) != meant

    def _scope(self, at: Place) -> tuple[str, ...]:
        """A fragment may come to stand anywhere."""
        return () if self.style.fragments else at.path

    def _directives(self) -> tuple[Directive, ...]:
        if not self.happens(self.style.directive):
            return ()
        names = self.random.choice(
            (("include",), ("skip",), ("include", "skip"), ("skip", "include"))
        )
        return tuple(Directive(name, self._condition(name)) for name in names)

    def _condition(self, name: str) -> Value:
        """Most selections are to be included."""
        if self.happens(0.5):
            return Value(literal((name == "include") == self.happens(0.75)))
        return self.values.condition()

    # Fragments

    def _again(self, one: Selection, of: str, at: Place) -> Selection:
        """The same field, with more below it."""
        if not isinstance(one, Field):
            return replace(one, directives=self._directives())
        known = {step.name: step for step in (*self.index.fields[of], *self.index.meta)}
        step = known.get(one.name)
        below: Selections = ()
        if step and not step.leaf:
            self._left -= 1
            lists = at.lists | {step.path} if step.many else at.lists
            place = Place((*at.path, one.alias or one.name), at.depth + 1, lists)
            below = self._selections(step.type, place)
        return replace(one, directives=self._directives(), selections=below)

    def _fragment(self, of: str, at: Place) -> Selection:
        """On the same type, a narrower or a wider one; or one that is there already."""
        fit = [one for one in self._kept if self._may_spread(one, of, at)]
        if fit and self.happens(0.5):
            kept = self.random.choice(fit)
            self._left -= kept.fields
            return Spread(kept.name, self._directives())
        on = self.random.choice(self.index.overlapping[of])
        if self.happens(0.2):
            return Inline(None, self._directives(), self._selections(of, at))
        return self._narrowed(on, at, None)

    def _may_spread(self, kept: Kept, of: str, at: Place) -> bool:
        return (
            kept.on in self.index.overlapping[of]
            and kept.fields <= self._left
            and at.depth + kept.depth <= self.style.depth
            and not kept.lists & at.lists
        )

    def _narrowed(self, on: str, at: Place, goal: Goal | None) -> Selection:
        if not self.style.fragments or self.happens(0.5):
            return Inline(on, self._directives(), self._selections(on, at, goal))
        before = self._left
        selections = self._selections(on, at, goal)
        name = f"F{len(self.fragments)}"
        self.fragments[name] = Fragment(on, selections)
        depth, lists = self._measured(on, selections)
        self._kept.append(Kept(name, on, before - self._left, depth, lists))
        return Spread(name, self._directives())

    def _measured(self, on: str, selections: Selections) -> tuple[int, frozenset[str]]:
        """How deep it goes, and through which lists."""
        depth, lists = 0, frozenset[str]()
        for one in selections:
            deep, more = self._measured_one(on, one)
            depth, lists = max(depth, deep), lists | more
        return depth, lists

    def _measured_one(self, on: str, one: Selection) -> tuple[int, frozenset[str]]:
        if isinstance(one, Spread):
            kept = next(kept for kept in self._kept if kept.name == one.fragment)
            return kept.depth, kept.lists
        if isinstance(one, Inline):
            return self._measured(one.on or on, one.selections)
        step = next((each for each in self.index.fields[on] if each.name == one.name), None)
        if step is None or step.leaf:
            return 1, frozenset()
        depth, lists = self._measured(step.type, one.selections)
        return depth + 1, lists | {step.path} if step.many else lists
