"""What makes another study of one: some assumptions, another model, method, template or seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from econ.data.catalogue import Catalogue
from econ.errors import Fault, InputError, nearest
from econ.inputoutput.regional.methods import METHODS
from econ.quantity.design import seed_faults
from econ.quantity.parameters import Assumptions
from econ.scenario.bill_of_goods import Template
from econ.scenario.declarations import FEWEST_DRAWS, MODELS, MOST_DRAWS, StudyFile, template_file
from econ.scenario.events import Event
from econ.scenario.templates import with_templates

__all__ = ["Variations"]

SETTINGS: Final = ("draws", "method", "model", "seed", "templates")


@dataclass(frozen=True)
class Variations:
    """The part of `Study` that makes another one: each way leaves the old study as it was."""

    name: str
    path: Path
    file: StudyFile
    data: Catalogue
    assumptions: Assumptions
    events: tuple[Event, ...]

    def with_(self, name: str | None = None, **changes: Any) -> Self:
        """Return the study with some things changed, all faults of the changes at once.

        Parameters
        ----------
        name : str, optional
            How the new study is called; the old name where left out.
        **changes
            An assumption by its name: a number holds it without doubt, a mapping changes its
            fields (``{"value": 0.5, "low": 0.3}``). Or a setting: ``model`` (``"open"`` or
            ``"closed"`` to households), ``method`` (of regionalisation), ``templates`` (by pledge,
            the name of another template), ``draws``, ``seed``.

        Raises
        ------
        InputError
            Naming every change that is not understood, a parameter no model uses among them.

        Examples
        --------
        >>> from econ.study import Study
        >>> study = Study.load("choose_france_2024")
        >>> bold = study.with_("bold", reference_case=0.0, model="open")
        >>> bold.name, bold.assumptions["reference_case"].value, bold.file.study.model
        ('bold', 0.0, 'open')
        """
        study, faults = self, list[Fault]()
        if name is not None:
            study = replace(study, name=name)
        wanted = {key: value for key, value in changes.items() if key not in SETTINGS}
        known = [*SETTINGS, *(parameter.name for parameter in self.assumptions)]
        unknown = [key for key in wanted if key not in self.assumptions]
        faults += [
            Fault(
                "with_", "change", "unknown assumption or setting", nearest(key, known), value=key
            )
            for key in unknown
        ]
        used = self.used_names()
        mend = "it would change nothing; name it in the study, or leave it out"
        faults += [
            Fault("with_", "change", "a parameter no model uses", mend, value=key)
            for key in wanted
            if key not in unknown and key not in used
        ]
        steps = [
            *(
                ("assumption", key, value)
                for key, value in wanted.items()
                if key not in unknown and key in used
            ),
            *((key, key, value) for key, value in changes.items() if key in SETTINGS),
        ]
        for kind, key, value in steps:
            try:
                study = study._changed(kind, key, value)
            except InputError as error:
                faults += error.faults
        InputError.raise_if(faults)
        return study

    def used_names(self) -> frozenset[str]:
        """Return the assumptions that the study names anywhere."""
        raise NotImplementedError

    def _changed(self, kind: str, key: str, value: Any) -> Self:
        if kind == "assumption":
            if isinstance(value, Mapping):
                return self.with_assumptions({key: value})
            return self.fixing(**{key: value})
        if kind == "method":
            return self.with_method(value)
        if kind == "draws":
            return self.with_draws(value)
        if kind == "templates":
            return self._with_templates(value)
        return self._with_setting(kind, value)

    def _with_setting(self, key: str, value: Any) -> Self:
        file = self.path.name
        if key == "model" and value not in MODELS:
            raise InputError.one(file, key, "unknown model", nearest(value, MODELS), value=value)
        if key == "seed":
            InputError.raise_if(seed_faults(value, file))
        study = self.file.study.model_copy(update={key: value})
        return replace(self, file=self.file.model_copy(update={"study": study}))

    def _with_templates(self, templates: Any) -> Self:
        if not isinstance(templates, Mapping):
            mend = "write {pledge: template}"
            raise InputError.one("with_", "templates", "no mapping", mend, value=templates)
        pledges = [event.pledge for event in self.events]
        faults = [
            Fault("with_", "templates", "no such pledge", nearest(pledge, pledges), value=pledge)
            for pledge in templates
            if pledge not in pledges
        ]
        read: dict[str, Template] = {}
        for name in dict.fromkeys(str(name) for name in templates.values()):
            try:
                read[name] = self._template(name)
            except InputError as error:
                faults += error.faults
        faults += [
            Fault("with_", "templates", "spends by no template", "name another", value=pledge)
            for pledge in templates
            if pledge in pledges
            and getattr(self.events[pledges.index(pledge)], "template", None) is None
        ]
        held = {template.name for event in self.events for template in event.used_templates}
        added = [template for template in read.values() if template.name not in held]
        # Own assumptions that an earlier change brought along are there already.
        added = [t for t in added if not set(t.assumptions) & set(self.assumptions.parameters)]
        assumptions = with_templates(self.assumptions, added, self.data.sources, faults)
        InputError.raise_if(faults)
        events = tuple(
            _with_template(event, read[str(templates[event.pledge])])
            if event.pledge in templates
            else event
            for event in self.events
        )
        return replace(self, events=events, assumptions=assumptions)

    def _template(self, name: str) -> Template:
        folders = (self.path.parent, self.data.folder / "templates")
        return Template.load(template_file(name, folders))

    def with_assumptions(self, changes: Mapping[str, Mapping[str, Any]]) -> Self:
        """Return the study with some assumptions changed.

        Parameters
        ----------
        changes : mapping of str to mapping
            Parameter name to the fields that change: ``{"reference_case": {"value": 0.3}}``.

        Raises
        ------
        InputError
            When a name is unknown or a changed range does not hold its value.
        """
        return replace(self, assumptions=self.assumptions.override(changes, "hand"))

    def fixing(self, **values: float) -> Self:
        """Return the study with some assumptions held at one value, without doubt.

        Examples
        --------
        >>> from econ.study import Study
        >>> certain = Study.load("choose_france_2024").fixing(reference_case=0.0)
        >>> certain.assumptions["reference_case"].distribution
        'fixed'
        """
        return self.with_assumptions(
            {
                name: {"value": value, "low": value, "high": value, "distribution": "fixed"}
                for name, value in values.items()
            }
        )

    def with_method(self, method: str) -> Self:
        """Return the study with another method of regionalisation: one more scenario.

        Parameters
        ----------
        method : str
            ``slq``, ``cilq``, ``rlq``, ``flq``, ``aflq``, ``charm`` or ``gravity``.

        Raises
        ------
        InputError
            When the study has no regions.
        """
        if self.file.regions is None:
            mend = "add a table [regions] to the study"
            raise InputError.one(self.path.name, "regions", "no regions", mend, value=method)
        if method not in METHODS:
            mend = nearest(method, METHODS)
            raise InputError.one(self.path.name, "method", "unknown method", mend, value=method)
        regions = self.file.regions.model_copy(update={"method": method})
        return replace(self, file=self.file.model_copy(update={"regions": regions}))

    def with_draws(self, count: int) -> Self:
        """Return the study with another number of draws, two or more."""
        whole = isinstance(count, int) and not isinstance(count, bool)
        if not whole or not FEWEST_DRAWS <= count <= MOST_DRAWS:
            mend = f"write a whole number from {FEWEST_DRAWS} to {MOST_DRAWS}; 2000 is usual"
            raise InputError.one(self.path.name, "draws", "not that many", mend, value=count)
        study = self.file.study.model_copy(update={"draws": count})
        return replace(self, file=self.file.model_copy(update={"study": study}))


def _with_template(event: Event, template: Template) -> Event:
    given: Any = {"template": template}
    return replace(event, **given)
