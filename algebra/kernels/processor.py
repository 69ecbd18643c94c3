"""The processor that this runs on, as LLVM sees it."""

from __future__ import annotations

from llvmlite import binding as llvm


def target_machine(jit: bool) -> llvm.TargetMachine:
    """The processor that this runs on."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=features(), opt=3, reloc="default", codemodel="jitdefault", jit=jit
    )


def features() -> str:
    """What it can do beyond its kind."""
    try:
        return llvm.get_host_cpu_features().flatten()
    except RuntimeError:
        # Where LLVM cannot tell: the features that the processor's name implies.
        return ""
