"""What can be wrong with where the files of a layer lie.

The folders: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
"""

from layerlift.domain.report import Severity
from layerlift.inspecting.findings import FindingKind

_ERROR, _WARNING, _INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

LAYER_IN_A_FOLDER = FindingKind(
    code="layer-in-a-folder",
    severity=_ERROR,
    meaning="A layer lies one folder too deep: the zip was made of the folder instead of its "
    "content, so that its paths in /opt begin with the folder's name and no runtime finds them. "
    "Beside what is found it is a warning",
    example="The whole layer lies inside 'my-layer/', so that no runtime finds anything",
    fix="Zip the content instead of the folder: in it, zip -r ../layer.zip . makes the layer",
)
FOLDER_CASE_WRONG = FindingKind(
    code="folder-case-wrong",
    severity=_ERROR,
    meaning="A folder is spelled almost like one that runtimes look in: Linux tells upper case "
    "from lower case, and '_' from '-'",
    example="'Python/' is spelled with capitals; runtimes look in 'python/' only",
    fix="Rename it, so that this becomes 'python/six.py'",
)
ARCHIVE_IN_ARCHIVE = FindingKind(
    code="archive-in-archive",
    severity=_ERROR,
    meaning="The zip holds nothing but another archive. Lambda unpacks the outer one only",
    example="The only file is 'layer.zip', which Lambda will not unpack",
    fix="Upload 'layer.zip' itself instead of a zip that holds it",
)
FUNCTION_CODE = FindingKind(
    code="function-code",
    severity=_ERROR,
    meaning="The zip looks like the code of a function, which lies at the root; a runtime does "
    "not look for code at the root of a layer",
    example="'app.py' lies at the root of the zip, where a function's code belongs",
    fix="Deploy it as a function; or put what functions share under python/ or nodejs/",
)
NOTHING_ON_A_SEARCH_PATH = FindingKind(
    code="nothing-on-a-search-path",
    severity=_INFO,
    meaning="No file is where a runtime looks by itself: right for data and configuration, which "
    "functions open under /opt",
    example="No file is where a runtime looks by itself; functions have to open files under /opt",
    fix="Nothing, if it is data; code belongs under python/, nodejs/, java/lib/, ruby/, bin/ or "
    "lib/",
)
DESKTOP_LEFTOVERS = FindingKind(
    code="desktop-leftovers",
    severity=_WARNING,
    meaning="Files that macOS or Windows keep for themselves came along; they take space in every "
    "execution environment and nothing reads them",
    example="'__MACOSX/python/._six.py' and 3 more files are leftovers of a desktop",
    fix="Leave them out: zip -r layer.zip . -x '__MACOSX/*' '*.DS_Store', or use ditto --norsrc",
)
NOTHING_BUT_LEFTOVERS = FindingKind(
    code="nothing-but-leftovers",
    severity=_ERROR,
    meaning="The zip holds only files that macOS or Windows keep for themselves, and nothing that "
    "a function could use",
    example="The zip holds nothing but what a desktop keeps for itself, such as "
    "'__MACOSX/python/._six.py'",
    fix="Zip the files of the layer: zip -r layer.zip . -x '__MACOSX/*' '*.DS_Store'",
)
DEPENDENCIES_NOT_INSTALLED = FindingKind(
    code="dependencies-not-installed",
    severity=_ERROR,
    meaning="A list of dependencies came along, but no dependency: they have to be installed "
    "before the layer is zipped, Lambda installs nothing. Beside other content it is a warning",
    example="'nodejs/package.json' lists what to install, but nothing is installed beside it",
    fix="Install the dependencies before zipping, with npm install --prefix nodejs, so that there "
    "are 'nodejs/node_modules/PACKAGE/package.json' and the like",
)
MANIFEST_MISNAMED = FindingKind(
    code="manifest-misnamed",
    severity=_WARNING,
    meaning="A file is named almost like the manifest, which is layerlift.yaml at the root of the "
    "zip; another one is not read, and what it declares is not checked",
    example="'layerlift.yml' is not read; the manifest is 'layerlift.yaml' at the root of the zip",
    fix="Rename or move it to layerlift.yaml at the root of the zip",
)

PYTHON_AT_ROOT = FindingKind(
    code="python-packages-at-root",
    severity=_ERROR,
    meaning="Python packages lie at the root of the zip, hence in /opt, which is not on Python's "
    "path",
    example="Python packages lie at the root of the zip (see 'httpx/__init__.py'), where no "
    "runtime looks",
    fix="Put them under python/",
)
PYTHON_MISPLACED = FindingKind(
    code="python-site-packages-misplaced",
    severity=_ERROR,
    meaning="Python packages lie in a folder that is not on Lambda's path; only python/ and "
    "python/lib/python3.X/site-packages/ are",
    example="Python packages lie in 'python/lib64/python3.12/site-packages/', which is not on "
    "Python's path",
    fix="Move the packages to python/ or to python/lib/python3.X/site-packages/",
)
PYTHON_VENV = FindingKind(
    code="python-virtual-environment",
    severity=_WARNING,
    meaning="A virtual environment was zipped. Its scripts and links point to the machine that "
    "made it, and its pip comes along; Lambda uses its own Python",
    example="'python/pyvenv.cfg' says that python/ is a virtual environment",
    fix="Install with pip install --target python instead",
)
PYTHON_UNBUILT = FindingKind(
    code="python-archive-not-unpacked",
    severity=_ERROR,
    meaning="A wheel, an egg or a source distribution lies where its content should: Python does "
    "not look inside it",
    example="'python/six-1.17.0-py2.py3-none-any.whl' is a wheel that was not installed",
    fix="Install it: pip install --target python 'python/six-1.17.0-py2.py3-none-any.whl'",
)
PYTHON_EDITABLE = FindingKind(
    code="python-editable-install",
    severity=_ERROR,
    meaning="A project was installed in editable mode: what came along is a pointer to its folder "
    "on the machine that built the layer, not its code (PEP 660)",
    example="'python/__editable__.shop-1.0.pth' points to a folder outside of the layer",
    fix="Install the project without -e",
)
NODE_AT_ROOT = FindingKind(
    code="node-modules-at-root",
    severity=_ERROR,
    meaning="node_modules lies at the root of the zip, hence in /opt, which is not on NODE_PATH",
    example="node_modules lies at the root of the zip, where no runtime looks",
    fix="Put it under nodejs/, so that it becomes 'nodejs/node_modules'",
)
NODE_MISPLACED = FindingKind(
    code="node-modules-misplaced",
    severity=_ERROR,
    meaning="Node packages lie in a folder that is not on NODE_PATH; only nodejs/node_modules/ "
    "and nodejs/nodeNN/node_modules/ are",
    example="Node packages lie in 'node/node_modules/', which is not on NODE_PATH",
    fix="Move them to nodejs/node_modules/",
)

NODE_UNBUILT = FindingKind(
    code="node-archive-not-unpacked",
    severity=_ERROR,
    meaning="A package of npm lies packed where its content should: Node.js does not look inside "
    "it",
    example="'nodejs/a-1.0.0.tgz' is a package of npm that was not installed",
    fix="Install it: npm install --prefix nodejs 'nodejs/a-1.0.0.tgz'",
)

JAVA_MISPLACED = FindingKind(
    code="java-archives-misplaced",
    severity=_ERROR,
    meaning="Java code lies where the class path does not reach: only jars directly in java/lib/ "
    "are on it",
    example="'java/gson.jar' is not on the class path",
    fix="Put the jars directly into java/lib/",
)
RUBY_MISPLACED = FindingKind(
    code="ruby-gems-misplaced",
    severity=_ERROR,
    meaning="Gems lie in a folder that is not on GEM_PATH; only ruby/gems/X.Y.0/ is, where X.Y is "
    "the version of Ruby",
    example="Gems lie in 'ruby/gems/3.3/', which is not on GEM_PATH",
    fix="Move them so that there are ruby/gems/X.Y.0/gems/ and ruby/gems/X.Y.0/specifications/",
)
RUBY_UNBUILT = FindingKind(
    code="ruby-archive-not-unpacked",
    severity=_ERROR,
    meaning="A gem lies packed where its content should: Ruby does not look inside it",
    example="'ruby/rake-13.0.6.gem' is a gem that was not installed",
    fix="Install it: gem install --install-dir ruby/gems/X.Y.0 'ruby/rake-13.0.6.gem', where X.Y "
    "is the version of Ruby",
)
LIBRARIES_MISPLACED = FindingKind(
    code="libraries-misplaced",
    severity=_ERROR,
    meaning="Shared libraries lie in lib64/; only lib/ is on LD_LIBRARY_PATH",
    example="'lib64/libpq.so.5' lies in 'lib64/', which is not on LD_LIBRARY_PATH",
    fix="Put them into lib/",
)
EXTENSIONS_MISPLACED = FindingKind(
    code="extensions-misplaced",
    severity=_ERROR,
    meaning="Lambda starts the files directly in extensions/, and looks nowhere else for them",
    example="'extension/agent' is not in 'extensions/', so that Lambda does not start it",
    fix="Put the executable directly into extensions/, and what it needs beside that folder",
)
