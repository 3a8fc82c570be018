"""Conversion of older word processor files (.doc, .wps, .rtf, .odt) to DOCX by LibreOffice, where it is on the machine.

Each conversion has a folder and a profile of its own, in which macros, updates of links and the network are off; it ends
at a time limit. One at a time. Does not belong here: reading the DOCX (`docx`).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

from gx_pipeline.documents.archive import Archive
from gx_pipeline.documents.kinds import DOC, ODT, RTF
from gx_pipeline.documents.ole import OleFile
from gx_pipeline.errors import Refusal

PROGRAM = "soffice"
SECONDS = 120
MAX_BYTES = 64 * 1024 * 1024
SUFFIXES = {DOC: ".doc", RTF: ".rtf", ODT: ".odt"}
_STREAMS = frozenset({"worddocument", "0table", "1table"})
_ONE_AT_A_TIME = threading.Lock()
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{}
</oor:items>
"""
_SETTING = '<item oor:path="/org.openoffice.{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def to_docx(data: bytes, kind: str) -> bytes:
    """A file of one of the kinds in `SUFFIXES` as DOCX.

    Raises:
        Refusal: `unsupported_format` where there is no LibreOffice, `unreadable` when it makes nothing of the file or takes
            too long, `too_large` when it makes too much of it.
    """
    _check_whole(data, kind)
    program = shutil.which(PROGRAM)
    if program is None:
        raise Refusal(
            "unsupported_format",
            f"{kind} is read by way of LibreOffice, which is not on this machine; install LibreOffice (soffice) or save as DOCX",
        )
    with _ONE_AT_A_TIME, tempfile.TemporaryDirectory(prefix="gx-office-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        _write_profile(folder / "profile")
        published = folder / f"report{SUFFIXES[kind]}"
        published.write_bytes(data)
        _run(program, published, folder, kind)
        converted = folder / "out" / "report.docx"
        if not converted.is_file():
            raise Refusal("unreadable", f"LibreOffice makes no document of the file ({kind}): damaged or encrypted; save as DOCX")
        if converted.stat().st_size > MAX_BYTES:
            raise Refusal("too_large", f"as DOCX the file has more than {MAX_BYTES:,} bytes; save it without its pictures")
        return converted.read_bytes()


def _check_whole(data: bytes, kind: str) -> None:
    """LibreOffice makes what it can of a file that is damaged or cut short, and says nothing."""
    if kind == DOC:
        storage = OleFile(data)
        for name in storage.streams:
            if name.casefold() in _STREAMS:
                storage.stream(name)
    elif kind == ODT:
        if b"encryption-data" in Archive(data).read("META-INF/manifest.xml"):
            raise Refusal("encrypted", "the file is protected by a password; ask for a copy without one")
    elif not data.rstrip(b"\0\t\r\n \x1a").endswith(b"}"):
        raise Refusal("unreadable", "the rich text is cut short; fetch the file again")


def _write_profile(profile: Path) -> None:
    (profile / "user").mkdir(parents=True)
    settings = "\n".join(_SETTING.format(*setting) for setting in _SETTINGS)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE.format(settings), "utf-8")


def _run(program: str, published: Path, folder: Path, kind: str) -> None:
    """Run the conversion; what is left of it at the time limit is killed."""
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"),
        *("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder / "out"), str(published)),
    ]
    nowhere = "http://127.0.0.1:9"
    environment = {
        **{name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if name in os.environ},
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "SAL_USE_VCLPLUGIN": "svp",
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), nowhere),
    }
    process = subprocess.Popen(  # noqa: S603 - a fixed command, the file's name is ours
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise Refusal("unreadable", f"LibreOffice did not finish the file ({kind}) in {SECONDS} seconds; save as DOCX") from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process group of a conversion: the program starts another, which does the work."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except ProcessLookupError:
        pass
    process.wait()
