"""Layouts that runtimes reach: without a mistake, or in spite of one."""

SITE = "python/lib/python3.12/site-packages/"

NODE, JAVA, RUBY = "node-modules-misplaced", "java-archives-misplaced", "ruby-gems-misplaced"
MISPLACED, AT_ROOT = "python-site-packages-misplaced", "python-packages-at-root"
WRAPPED, CASE = "layer-in-a-folder", "folder-case-wrong"

GOOD = {
    "packages": ["python/httpx/__init__.py", "python/httpx-1.0.dist-info/METADATA"],
    "a module": ["python/six.py"],
    "a namespace package": ["python/google/cloud/storage/__init__.py"],
    "what pip --target leaves": ["python/bin/normalizer", "python/requests/__init__.py"],
    "libraries that auditwheel put aside": [
        "python/psycopg_binary/__init__.py",
        "python/psycopg_binary.libs/libpq-1a2b.so.5",
    ],
    "a versioned folder": [f"{SITE}yaml/__init__.py"],
    "two versioned folders": [f"{SITE}a.py", f"{SITE.replace('12', '13')}a.py"],
    "a package called lib": ["python/lib/__init__.py", "python/lib/shop.py"],
    "a package called python": ["python/python/__init__.py"],
    "wheels that a package brings": [
        "python/virtualenv/__init__.py",
        "python/virtualenv/seed/wheels/embed/pip-25.0-py3-none-any.whl",
    ],
    "packages with folders of other worlds": [
        "python/tool/__init__.py",
        "python/tool/node_modules/a/package.json",
        "python/tool/lib/python3.12/site-packages/x.py",
        "python/tool/site-packages/y.py",
        "python/tool/jars/a.jar",
        "python/tool/Python/x.py",
    ],
    "a wheel's data that were installed": ["python/a.data/x.bin", "python/a/__init__.py"],
    "a package called Lib": ["python/Lib/__init__.py", "python/Lib/Site.py"],
    "a folder called layer": ["python/layer/python/__init__.py", "python/layers/python/a.py"],
    "distutils' hook": ["python/distutils-precedence.pth", "python/_distutils_hack/__init__.py"],
    "python-like names": [
        "python/python_dateutil-2.9.dist-info/METADATA",
        "python/pythonjsonlogger/core.py",
    ],
    "node modules": ["nodejs/node_modules/a/package.json", "nodejs/node_modules/a/index.js"],
    "node modules of one version": ["nodejs/node22/node_modules/a/index.js"],
    "npm's own files": [
        "nodejs/package.json",
        "nodejs/package-lock.json",
        "nodejs/node_modules/.package-lock.json",
        "nodejs/node_modules/@scope/a/index.js",
    ],
    "archives of data": ["nodejs/node_modules/a/fixture-1.0.tgz", "nodejs/chromium.tgz"],
    "folders that begin like node_modules": ["nodejs/node_helpers/a.js"],
    "code required by its path": ["nodejs/shared.js", "nodejs/lib/database.js"],
    "modules of ECMAScript": ["nodejs/package.json", "nodejs/shared.mjs"],
    "jars": ["java/lib/a.jar", "java/lib/b.jar"],
    "an agent beside its wrapper": ["opentelemetry-javaagent.jar", "otel-handler"],
    "an agent alone": ["elastic-apm-agent.jar"],
    "gems": [
        "ruby/gems/3.3.0/gems/json-2.7.1/lib/json.rb",
        "ruby/gems/3.3.0/specifications/json-2.7.1.gemspec",
        "ruby/gems/3.3.0/extensions/x86_64-linux/3.3.0/json-2.7.1/gem_make.out",
    ],
    "what RubyGems keeps": [
        "ruby/gems/3.3.0/gems/json-2.7.1/lib/json.rb",
        "ruby/gems/3.3.0/cache/json-2.7.1.gem",
    ],
    "ruby code": ["ruby/lib/shop.rb"],
    "binaries": ["bin/ffmpeg", "lib/libx264.so.164"],
    "a tool with its libexec": ["bin/git", "libexec/git-core/git-add", "share/git/x"],
    "an extension": ["extensions/agent", "agent/config.yaml"],
    "an extension with its files": ["extensions/agent", "extensions/agent.d/config.yaml"],
    "a custom runtime": ["bootstrap", "runtime/main.py"],
    "a custom runtime with a Python": [
        "bootstrap",
        "lib/python3.11/os.py",
        "lib/python3.11/site-packages/a/__init__.py",
    ],
    "a Python by itself": [
        "bin/python3.11",
        "lib/python3.11/os.py",
        "lib/python3.11/site-packages/a/__init__.py",
    ],
    "a program that is deep": [
        "sdk/platform/bin/tool",
        "sdk/platform/lib/python3.12/site-packages/a/__init__.py",
    ],
    "a runtime in a folder beside its extension": ["extensions/agent", "runtime/bootstrap"],
    "a program with its own environment": [
        "tool/bin/tool",
        "tool/lib/python3.12/site-packages/a/__init__.py",
    ],
    "a manifest beside it": ["layerlift.yaml", "python/six.py"],
}


REACHABLE = {
    "a virtual environment called python": (
        ["python/pyvenv.cfg", f"{SITE}a.py"],
        "python-virtual-environment",
    ),
    "lib64 as a copy of lib": (
        [f"{SITE}a/__init__.py", "python/lib64/python3.12/site-packages/a/__init__.py"],
        MISPLACED,
    ),
    "a wheel beside its packages": (
        [
            "python/six.py",
            "python/six-1.17.0.dist-info/METADATA",
            "python/six-1.17.0-py2.py3-none-any.whl",
        ],
        "python-archive-not-unpacked",
    ),
    "an environment whose packages are there": (
        ["python/a.py", "python/venv/lib/python3.12/site-packages/a.py"],
        MISPLACED,
    ),
    "an environment with its own tools only": (
        ["python/a.py", "python/venv/lib/python3.12/site-packages/pip/__init__.py"],
        MISPLACED,
    ),
    "packages of an image beside a layer": (
        ["python/b.py", "usr/local/lib/python3.12/site-packages/a.py"],
        MISPLACED,
    ),
    "an environment of conda beside a module": (
        ["python/b.py", "python/envs/x/lib/python3.12/site-packages/a.py"],
        MISPLACED,
    ),
    "a wheel that was unzipped": (
        ["python/a-1.0.dist-info/METADATA", "python/a-1.0.data/purelib/a.py"],
        MISPLACED,
    ),
    "a part in a folder": (["python/b.py", "layer/python/a/__init__.py"], WRAPPED),
    "node_modules in python": (["python/b.py", "python/node_modules/a/index.js"], NODE),
    "node_modules in src": (["nodejs/src/node_modules/a/index.js"], NODE),
    "node-modules that a runtime has": (["bootstrap", "nodejs/node-modules/a.js"], CASE),
    "libraries in a folder of the system's": (
        ["lib/x86_64-linux-gnu/libpq.so.5"],
        "libraries-misplaced",
    ),
    "what a C library installs for Python": (
        ["lib/libxml2.so.2", "lib/python3.12/site-packages/libxml2.py"],
        MISPLACED,
    ),
    "a package that is there twice": (["a/__init__.py", "python/a/__init__.py"], AT_ROOT),
    "tests beside the layer": (["tests/__init__.py", "python/a.py"], AT_ROOT),
    "a package that an extension starts": (["extensions/agent", "agent/__init__.py"], AT_ROOT),
    "node_modules for a runtime": (
        ["bootstrap", "runtime.js", "node_modules/a/index.js"],
        "node-modules-at-root",
    ),
    "one package required by its path": (
        ["nodejs/shop/package.json", "nodejs/shop/index.js"],
        NODE,
    ),
    "a list of dependencies beside a layer": (
        ["nodejs/package.json", "python/a.py"],
        "dependencies-not-installed",
    ),
    "a folder of a runtime's own": (["bootstrap", "Lib/os.scm"], CASE),
    "a manifest of another name": (["layerlift.yml", "python/a.py"], "manifest-misnamed"),
    "a manifest in a folder": (["python/layerlift.yaml", "python/a.py"], "manifest-misnamed"),
    "a jar beside java/lib": (["gson.jar", "java/lib/a.jar"], JAVA),
    "libraries that programs find by themselves": (
        ["bin/tool", "lib64/libz.so.1"],
        "libraries-misplaced",
    ),
    "Finder's files": (["python/a.py", "__MACOSX/python/._a.py"], "desktop-leftovers"),
    "a folder's view": (["python/a.py", "python/.DS_Store"], "desktop-leftovers"),
    "AppleDouble": (["python/a.py", "python/._a.py"], "desktop-leftovers"),
    "Explorer's files": (["python/a.py", "Thumbs.db"], "desktop-leftovers"),
}
