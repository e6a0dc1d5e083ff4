"""What is taken from the inside of numba; importing this fails where a numba is not as it is expected to be.

Then `creditscore._ground.compiled` goes without: kernels give the same bits, and take longer to compile.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.codegen import JITCodeLibrary, ll  # type: ignore[attr-defined]
from numba.core.compiler import Compiler

from creditscore._ground.kernel_stamp import kernel_stamp
from creditscore._ground.no_cache import warn_of_no_cache

# What the classes below stand on; a numba without one of these does not get as far as using them.
_EXPECTED: Final = (
    (JITCodeLibrary, ("_optimize_final_module", "_finalize_final_module", "_finalize_dynamic_globals")),
    (JITCodeLibrary, ("get_pointer_to_function", "codegen", "_get_module_for_linking")),
    (Compiler, ("_compile_core",)),
    (ll, ("parse_bitcode",)),
    (FunctionCache, ("load_overload", "save_overload", "flush", "disable", "_impl_class")),
    (FunctionCache._impl_class, ("_locator_classes", "rebuild", "locator", "filename_base")),  # noqa: SLF001
    (IndexDataCacheFile, ("load", "save", "flush")),
)


def check_numba() -> None:
    """Look for everything that is taken from numba.

    Raises
    ------
    AttributeError
        If something is not there.
    """
    for owner, names in _EXPECTED:
        for name in names:
            getattr(owner, name)


class _Nowhere:
    """Where numba notes the surroundings of code that runs by itself; a part has none."""

    def set_env(self, env_name: str, env: object) -> None:
        """Forget them."""


class PartLibrary(JITCodeLibrary):
    """Code that waits to be put into an entry: not optimised, and not made ready to run by itself."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()  # type: ignore[no-untyped-call]
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002
        return 0

    @property
    def codegen(self) -> Any:
        return _Nowhere()


class ReadLibrary(JITCodeLibrary):
    """Machine code that was read from disk, without what others would be compiled with it from.

    Numba keeps that beside every kernel, unfolded, for kernels that call it and are yet to be compiled: half
    as much memory again as a process needs that only scores. Here it is unfolded when one is.
    """

    _folded: bytes

    @classmethod
    def fold(cls, library: Any, kind: str, content: Any) -> None:
        """Let go of what is unfolded; of what was read otherwise, or holds it otherwise, nothing."""
        known = kind == "object" and type(library) is JITCodeLibrary and "_shared_module" in vars(library)
        if known and isinstance(content[1], bytes):
            library._folded, library.__class__ = content[1], cls  # noqa: SLF001
            library._shared_module = None  # noqa: SLF001

    def _get_module_for_linking(self) -> Any:
        if self._shared_module is None:
            self._shared_module = ll.parse_bitcode(self._folded)
        return super()._get_module_for_linking()  # type: ignore[no-untyped-call]


class PartCompiler(Compiler):
    """Numba's compiler, with a part to put the code into."""

    def _compile_core(self) -> Any:
        new: Any = PartLibrary
        self.state.library = new(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        return super()._compile_core()  # type: ignore[no-untyped-call]


def _private(found: type) -> type:
    """Derive a finder of folders that makes them for their owner alone, and takes none of somebody else.

    What numba keeps is unpickled: who can write it runs code. The folder of the package itself is left out:
    who can write there can write the package too.
    """

    class Private(found):  # type: ignore[misc]
        def ensure_cache_path(self) -> None:
            path = Path(self.get_cache_path())
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if hasattr(os, "geteuid"):
                whose = path.lstat()
                if not stat.S_ISDIR(whose.st_mode) or whose.st_uid != os.geteuid():
                    raise OSError(f"{path} is somebody else's")
                if whose.st_mode & 0o077:
                    path.chmod(0o700)
            super().ensure_cache_path()

    return Private


def _read_only(found: type) -> type:
    """Derive a finder of folders that also takes one in which nothing can be written, if it is there."""

    class ReadOnly(found):  # type: ignore[misc]
        def ensure_cache_path(self) -> None:
            if not Path(self.get_cache_path()).is_dir():
                raise OSError("there is no such folder")

    return ReadOnly


def _finders() -> list[type]:
    """Where kernels are kept: as numba would, then the package's own folder though it be read-only."""
    known: list[type] = list(FunctionCache._impl_class._locator_classes)  # noqa: SLF001
    users = ("UserProvided", "UserWide")
    of_package = [found for found in known if found.__name__.lstrip("_") == "InTreeCacheLocator"]
    return [
        *(_private(found) if any(name in found.__name__ for name in users) else found for found in known),
        *map(_read_only, of_package),
    ]


_Usual: Any = FunctionCache._impl_class  # noqa: SLF001
_Index: Any = IndexDataCacheFile


class _Kept(_Usual):  # type: ignore[misc]
    _locator_classes = _finders()

    def rebuild(self, target_context: Any, payload: Any) -> Any:
        found = super().rebuild(target_context, payload)
        # Where a numba keeps it in another form, the process takes more memory, and nothing else changes.
        with suppress(AttributeError, LookupError, TypeError, ValueError):
            _, kind, content = payload[0]
            ReadLibrary.fold(found.library, kind, content)
        return found


class KernelCache(FunctionCache):
    """Numba's cache on disk, for which what cannot be read, or was made of other parts, is stale.

    Numba compares the time and size of the file with the kernel; parts, numbers and fields of tuples that are
    compiled into it may have changed in other files.

    It is read where it cannot be written, as in an installation that belongs to another user. An index names
    the classes of arguments, so one that an older version of this package left behind may name a class that
    has moved; numba would raise before it sees that the source has changed.
    """

    _impl_class = _Kept

    def __init__(self, kernel: Any) -> None:
        cast(Any, super()).__init__(kernel)
        self._has_stamp = False

    def _stamp(self) -> None:
        """Open the index anew for what the kernel is made of; its parts need not be there before."""
        if not self._has_stamp:
            stamp = (self._impl.locator.get_source_stamp(), kernel_stamp(self._py_func))
            self._cache_file = _Index(
                cache_path=self._cache_path, filename_base=self._impl.filename_base, source_stamp=stamp
            )
            self._has_stamp = True

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            self._stamp()
            return cast(Any, super()).load_overload(sig, target_context)
        except Exception:  # noqa: BLE001, whatever reading a file of another time may raise
            self._discard()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            self._stamp()
            cast(Any, super()).save_overload(sig, data)
        except OSError:
            warn_of_no_cache()

    def _discard(self) -> None:
        try:
            cast(Any, self).flush()
        except OSError:
            cast(Any, self).disable()
            warn_of_no_cache()


check_numba()
