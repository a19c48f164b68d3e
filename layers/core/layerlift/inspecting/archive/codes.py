"""What can be wrong with an archive as such.

The format is PKWARE's APPNOTE 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT;
numbers in parentheses are its sections.
"""

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind

_ZIP_AGAIN = "Zip the folder anew, into a new file, and upload that one unchanged"
_REBUILD = (
    "Zip the folder anew with zip, bsdtar or your build tool; if this file came from somebody "
    "else, find out who changed it"
)

OBJECT_EMPTY = FindingKind(
    code="object-empty",
    severity=Severity.ERROR,
    meaning="The object has no bytes: a placeholder of a console, or an upload that broke off",
    example="The object has no bytes",
    fix="Upload the zip itself, not a placeholder for it",
)
OBJECT_TOO_LARGE = FindingKind(
    code="object-too-large",
    severity=Severity.ERROR,
    meaning="Even zipped it is larger than Lambda lets a layer be unzipped",
    example="The object has 300,000,000 bytes, more than a layer may have unzipped (262,144,000)",
    fix="Leave out what the layer does not need, or split it",
)
NOT_A_ZIP = FindingKind(
    code="archive-not-a-zip",
    severity=Severity.ERROR,
    meaning="Lambda takes zip archives only; this has no end-of-central-directory record (4.3.16)",
    example="The file is a gzip archive, not a zip",
    fix="Make a zip of the folder, with zip -r or your build tool",
)
TRUNCATED = FindingKind(
    code="archive-truncated",
    severity=Severity.ERROR,
    meaning="It begins as a zip and ends before its directory does: an upload or a disk broke off",
    example="The zip is cut off: its end-of-central-directory record is missing",
    fix="Upload the whole file again; compare its size with the original's",
)
DATA_AFTER_END = FindingKind(
    code="archive-data-after-end",
    severity=Severity.ERROR,
    meaning="Bytes follow the end of the archive (4.3.16), where readers disagree whether to look",
    example="1,024 bytes after the end of the archive",
    fix=_REBUILD,
)
DATA_BEFORE_START = FindingKind(
    code="archive-data-before-start",
    severity=Severity.ERROR,
    meaning="Bytes come before the first entry (4.3.6): a self-extracting program, or hidden data",
    example="512 bytes before the first entry",
    fix=_REBUILD,
)
SEVERAL_ENDS = FindingKind(
    code="archive-several-ends",
    severity=Severity.ERROR,
    meaning="More than one record could be the end of the archive (4.3.16), so that two readers "
    "may see two different archives",
    example="The archive has more than one end-of-central-directory record",
    fix=_REBUILD,
)
MULTI_DISK = FindingKind(
    code="archive-multi-disk",
    severity=Severity.ERROR,
    meaning="It says that it is a part of a split archive (4.4.19, 8.3), which Lambda cannot join",
    example="The archive says that it is part of a set of several",
    fix="Join the parts into one zip, with zip -s 0",
)
ZIP64_MALFORMED = FindingKind(
    code="archive-zip64-malformed",
    severity=Severity.ERROR,
    meaning="Its ZIP64 records (4.3.14, 4.3.15, 4.5.3) contradict the archive",
    example="The ZIP64 end record says 3 entries, the end record 2",
    fix=_REBUILD,
)
DIRECTORY_MALFORMED = FindingKind(
    code="archive-directory-malformed",
    severity=Severity.ERROR,
    meaning="The central directory (4.3.12) is not the list of headers that its end promises",
    example="The central directory holds 3 entries, its end says 4",
    fix=_ZIP_AGAIN,
)
TOO_MANY_ENTRIES = FindingKind(
    code="archive-too-many-entries",
    severity=Severity.ERROR,
    meaning="Unpacking so many files takes longer than a function has to start",
    example="The archive has 150,000 entries, more than 100,000",
    fix="Leave out what the layer does not need, or pack data files into one",
)
EMPTY = FindingKind(
    code="archive-empty",
    severity=Severity.ERROR,
    meaning="It is a sound zip without a single file",
    example="The archive holds no file",
    fix="Check the folder that was zipped: a layer needs at least one file",
)
TOO_LARGE = FindingKind(
    code="unzipped-too-large",
    severity=Severity.ERROR,
    meaning="A function and all its layers may have 262,144,000 bytes unzipped",
    example="The archive unzips to 262,144,001 bytes, more than Lambda's 262,144,000",
    fix="Leave out tests, caches and what the runtime brings already, or split the layer",
)
OVER_BUDGET = FindingKind(
    code="unzipped-over-budget",
    severity=Severity.ERROR,
    meaning="It fits Lambda's limit but not the budget that the policy gives layers, which leaves "
    "room for the function and its other layers",
    example="The archive unzips to 180,000,000 bytes, more than the policy's 150,000,000",
    fix="Leave out tests, caches and what the runtime brings already, or raise the policy's budget",
)
ENCRYPTED = FindingKind(
    code="entry-encrypted",
    severity=Severity.ERROR,
    meaning="Lambda cannot ask for a password (general purpose bits 0, 6 and 13, 4.4.4)",
    example="'python/a.py' is encrypted",
    fix="Zip it without a password",
)
METHOD_UNSUPPORTED = FindingKind(
    code="entry-method-unsupported",
    severity=Severity.ERROR,
    meaning="Only stored (0) and deflated (8) entries can be unpacked everywhere (4.4.5)",
    example="'python/a.py' is compressed with LZMA (method 14)",
    fix="Zip it with deflate, the default of every tool",
)
FLAGS_UNSUPPORTED = FindingKind(
    code="entry-flags-unsupported",
    severity=Severity.ERROR,
    meaning="A general purpose bit is set that is reserved or needs a special reader (4.4.4)",
    example="'python/a.py' has the reserved flags 0x0020 set",
    fix=_ZIP_AGAIN,
)
VERSION_UNSUPPORTED = FindingKind(
    code="entry-version-unsupported",
    severity=Severity.ERROR,
    meaning="The entry asks for a version of the zip format that does not exist (4.4.3), so that "
    "readers refuse it",
    example="'python/a.py' asks for version 25.5 of the zip format",
    fix=_ZIP_AGAIN,
)
EXTRA_MALFORMED = FindingKind(
    code="entry-extra-malformed",
    severity=Severity.ERROR,
    meaning="The extra field is not a row of whole blocks (4.5.1), so bytes could hide in it",
    example="The extra field of 'python/a.py' is malformed",
    fix=_ZIP_AGAIN,
)
HEADERS_DISAGREE = FindingKind(
    code="entry-headers-disagree",
    severity=Severity.ERROR,
    meaning="The header before an entry and the directory say different things (4.3.7, 4.3.12), so "
    "that two readers unpack two different files",
    example="The headers of 'python/a.py' disagree about its size",
    fix=_REBUILD,
)
DESCRIPTOR_WRONG = FindingKind(
    code="entry-descriptor-wrong",
    severity=Severity.ERROR,
    meaning="The data descriptor behind an entry (4.3.9) is missing or contradicts the directory",
    example="The data descriptor of 'python/a.py' contradicts the directory",
    fix=_REBUILD,
)
OVERLAP = FindingKind(
    code="entry-overlaps",
    severity=Severity.ERROR,
    meaning="Two entries share bytes: a zip bomb, or one file hidden in another",
    example="'python/b.py' begins inside 'python/a.py'",
    fix=_REBUILD,
)
GAP = FindingKind(
    code="archive-gap",
    severity=Severity.ERROR,
    meaning="Bytes that belong to no entry lie between two, where a removed or hidden entry can "
    "be found by a reader that does not follow the directory",
    example="72 bytes behind 'python/a.py' belong to no entry",
    fix=_ZIP_AGAIN,
)
DAMAGED = FindingKind(
    code="entry-damaged",
    severity=Severity.ERROR,
    meaning="What was unpacked is not what the directory promises: size, CRC-32 or the compressed "
    "data itself is wrong",
    example="'python/a.py' does not match its CRC-32: it is damaged",
    fix="Zip it again and upload the new file; if it happens twice, check the disk",
)
NAME_UNSAFE = FindingKind(
    code="entry-name-unsafe",
    severity=Severity.ERROR,
    meaning="The name is absolute, leaves the layer, or is spelled for another system: unpacked it "
    "would land elsewhere or nowhere (4.4.17)",
    example="'../etc/passwd' leaves the layer",
    fix="Zip from inside the folder, with relative names and forward slashes",
)
NAME_UNREADABLE = FindingKind(
    code="entry-name-undecodable",
    severity=Severity.ERROR,
    meaning="The name is not in the encoding that it claims, or has two different spellings "
    "(general purpose bit 11, 4.4.4; Unicode Path field, 4.6.9)",
    example="The name b'caf\\xe9.py' is not UTF-8",
    fix="Rename the file to plain ASCII, or zip it with a tool that writes UTF-8 names",
)
NAME_UNMARKED = FindingKind(
    code="entry-name-unmarked",
    severity=Severity.WARNING,
    meaning="The name is UTF-8 without saying so (general purpose bit 11, 4.4.4): some readers "
    "take it for another encoding and unpack it under another name",
    example="'python/café.py' has a UTF-8 name that is not marked as such",
    fix="Rename the file to plain ASCII, or zip it with Python's zipfile or bsdtar",
)
NAME_TOO_LONG = FindingKind(
    code="entry-name-too-long",
    severity=Severity.ERROR,
    meaning="Linux takes 255 bytes for each part of a path and 4,095 for all of it (limits.h)",
    example="A part of 'python/aaa…' has 300 bytes, more than Linux's 255",
    fix="Shorten the name",
)
DUPLICATE = FindingKind(
    code="entry-duplicate",
    severity=Severity.ERROR,
    meaning="Two entries unpack to the same path; which one wins depends on the reader",
    example="'python/a.py' is in the archive twice",
    fix="Zip into a new file instead of adding to an old one",
)
FILE_IS_FOLDER = FindingKind(
    code="entry-file-is-folder",
    severity=Severity.ERROR,
    meaning="One entry is a file or link where others need a folder, so not all can be unpacked",
    example="'python/a' is a file, and 'python/a/b.py' needs it to be a folder",
    fix="Rename one of them",
)
CASE_ONLY = FindingKind(
    code="entry-case-only",
    severity=Severity.WARNING,
    meaning="Two names differ only by case: both exist on Lambda, only one on macOS and Windows",
    example="'python/A.py' and 'python/a.py' differ only by case",
    fix="Rename one of them, unless both are meant",
)
SPECIAL_FILE = FindingKind(
    code="entry-special-file",
    severity=Severity.ERROR,
    meaning="Devices, pipes and sockets have no place in a layer",
    example="'python/pipe' is a named pipe",
    fix="Leave it out",
)
MODE_CONTRADICTS = FindingKind(
    code="entry-mode-contradicts",
    severity=Severity.ERROR,
    meaning="The mode and the name disagree whether it is a folder, or a folder has content",
    example="'python/a/' has the name of a folder and the mode of a file",
    fix=_ZIP_AGAIN,
)
SETUID = FindingKind(
    code="entry-setuid",
    severity=Severity.ERROR,
    meaning="A file that would run with its owner's rights",
    example="'bin/tool' is setuid",
    fix="Take the bit away with chmod ug-s, then zip again",
)
UNREADABLE = FindingKind(
    code="entry-unreadable",
    severity=Severity.ERROR,
    meaning="Lambda runs functions as a user of its own, who may read what everyone may: files "
    "need mode 644, folders 755 (https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-"
    "deployment.html)",
    example="'python/a.py' has mode 600: the function could not read it",
    fix="Run chmod -R a+rX on the folder, then zip again",
)
NOT_EXECUTABLE = FindingKind(
    code="entry-not-executable",
    severity=Severity.ERROR,
    meaning="Lambda starts bootstrap and the files in extensions/, so everyone must be allowed to "
    "execute them (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html)",
    example="'extensions/agent' has mode 644: Lambda could not start it",
    fix="Run chmod 755 on it and zip it on Linux or macOS",
)
LINK_UNSAFE = FindingKind(
    code="link-unsafe",
    severity=Severity.ERROR,
    meaning="A symbolic link is absolute or leads out of the layer",
    example="The link 'lib/a.so' leads to '/usr/lib/a.so', out of the layer",
    fix="Link with a relative path to a file in the layer, or copy the file",
)
LINK_DANGLING = FindingKind(
    code="link-dangling",
    severity=Severity.ERROR,
    meaning="A symbolic link leads to nothing, or in a circle",
    example="The link 'lib/a.so' leads to 'lib/a.so.1', which is not in the layer",
    fix="Add what it leads to, or leave the link out",
)
