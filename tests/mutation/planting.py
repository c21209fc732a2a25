"""Putting a mutant in the place of its module: into what is running already, or for who imports it anew."""

import functools
import gc
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, FunctionType
from typing import TypeAlias

Key: TypeAlias = tuple[str, str, int]
"""A function's file, name and first line."""


class Live:
    """The functions that there are of some files, and what functions remember."""

    def __init__(self, files: set[str]) -> None:
        self._functions = defaultdict[Key, list[FunctionType]](list)
        self._remembered = [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]
        for each in gc.get_objects():
            if isinstance(each, FunctionType) and each.__code__.co_filename in files:
                self._functions[_key(each.__code__)].append(each)

    def fits(self, code: CodeType) -> bool:
        """Whether every function can take its mutant's code: none is mistaken for another, and closures agree."""
        known = [each for each in _functions(code) if _key(each) in self._functions]
        agree = all(
            len(function.__code__.co_freevars) == len(each.co_freevars)
            for each in known
            for function in self._functions[_key(each)]
        )
        return agree and len(known) == len(set(map(_key, known)))

    def swap(self, code: CodeType) -> None:
        """Everybody who has the functions has those of the mutant; what they remembered is forgotten."""
        for each in _functions(code):
            for function in self._functions.get(_key(each), ()):
                function.__code__ = each
        for remembered in self._remembered:
            remembered.cache_clear()


def _functions(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _functions(each)


def _key(code: CodeType) -> Key:
    return code.co_filename, code.co_qualname, code.co_firstlineno


class Planted(SourceFileLoader):
    """Finds and loads one module, as the mutant has it."""

    def __init__(self, name: str, file: str, code: CodeType) -> None:
        super().__init__(name, file)
        self._planted = code

    def get_code(self, _: str) -> CodeType:
        return self._planted

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def plant(self) -> None:
        sys.meta_path.insert(0, self)
