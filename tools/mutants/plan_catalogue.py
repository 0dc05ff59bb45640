"""Defects of the compiled executor: a thousand generated operations catch each."""

from tools.mutants.runner import Mutant

# 250 operations each
OPERATIONS = tuple(
    f"tests/differential/test_differential.py::test_both_executors_give_the_same_answer[{chunk}]"
    for chunk in range(4)
)

PLAN_CATALOGUE = (
    Mutant(
        "selection-not-merged",
        "of several selections of one field only the last counts",
        "bff/graphql/engine/plan/selections.py",
        "                fields.setdefault(key, []).append(field)\n",
        "                fields[key] = [field]\n",
        OPERATIONS,
    ),
    Mutant(
        "alias-ignored",
        "a field is shown under its name, whatever its alias",
        "bff/graphql/engine/plan/selections.py",
        "                key = (field.alias or field.name).value\n",
        "                key = field.name.value\n",
        OPERATIONS,
    ),
    Mutant(
        "skip-is-include",
        "@skip is taken for @include",
        "bff/graphql/engine/plan/selections.py",
        "            if value != (directive.name.value == INCLUDE):\n",
        "            if not value:\n",
        OPERATIONS,
    ),
    Mutant(
        "fragment-of-an-interface",
        "a fragment on an interface fits none of its types",
        "bff/graphql/engine/plan/selections.py",
        "        return is_abstract_type(wanted) and self._schema.is_sub_type(wanted, parent)\n",
        "        return False\n",
        OPERATIONS,
    ),
    Mutant(
        "default-lost",
        "a variable that is left out has no default",
        "bff/graphql/engine/plan/arguments.py",
        "            return self.default\n",
        "            return Undefined\n",
        OPERATIONS,
    ),
    Mutant(
        "null-left-out",
        "a variable that is null counts as left out",
        "bff/graphql/engine/plan/arguments.py",
        "        if self.name not in inputs:\n",
        "        if inputs.get(self.name) is None:\n",
        OPERATIONS,
    ),
    Mutant(
        "any-variant",
        "what @include and @skip said first holds for ever",
        "bff/graphql/engine/plan/plan.py",
        "        plan = self._plans[values]\n",
        "        plan = next(iter(self._plans.values()))\n",
        OPERATIONS,
    ),
    Mutant(
        "places-mixed-up",
        "values of several types come in the order of their types",
        "bff/graphql/engine/plan/branches.py",
        "            for place, value in zip(own, objects, strict=True):\n",
        "            for place, value in zip(sorted(own, reverse=True), objects, strict=True):\n",
        OPERATIONS,
    ),
    Mutant(
        "mutation-done-again",
        "a mutation whose payload fails is done once more",
        "bff/graphql/engine/plan/runtime.py",
        "            value = self.effects[key] = await effect\n",
        "            value = await effect\n",
        ("tests/api/test_plans.py",),
    ),
)
