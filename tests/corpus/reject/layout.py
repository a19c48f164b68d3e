"""Sound zips whose files lie where no runtime looks, or that are no layer."""

from tests.corpus.accept.archives import TEXT
from tests.corpus.cases import Found, Rejected, Rejects, zipped
from tests.corpus.elves import elf_file
from tests.corpus.writer import PROGRAM, Member, archive

SITE = "lib/python3.12/site-packages"


def laid(code: str, entry: str, *names: str, others: tuple[Found, ...] = ()) -> Rejected:
    """Return a case of files that lie in the wrong place, which their names tell."""
    members = (Member(name, TEXT, deflated=True) for name in names or (entry,))
    return Rejected(zipped(*members), ((code, entry),), others, by_directory=True)


PYTHON: Rejects = {
    "packages at the root": laid("python-packages-at-root", "httpx/__init__.py"),
    "a distribution at the root": laid("python-packages-at-root", "httpx-1.0.dist-info/METADATA"),
    "a module at the root": laid("python-packages-at-root", "six.py"),
    "a site-packages folder": laid("python-site-packages-misplaced", "python/site-packages/six.py"),
    "site-packages in lib64": laid(
        "python-site-packages-misplaced", "python/lib64/python3.12/site-packages/six.py"
    ),
    "site-packages in lib of the root": laid("python-site-packages-misplaced", f"{SITE}/six.py"),
    "a folder named after a version": laid(
        "python-site-packages-misplaced", "python3.12/six/__init__.py"
    ),
    "a wheel": laid("python-archive-not-unpacked", "python/six-1.17.0-py2.py3-none-any.whl"),
    "a source distribution": laid("python-archive-not-unpacked", "python/six-1.17.0.tar.gz"),
    "packages where an image has them": laid(
        "python-site-packages-misplaced", f"usr/local/{SITE}/six.py"
    ),
    "wheels in a folder": laid(
        "python-archive-not-unpacked", "wheels/six-1.17.0-py2.py3-none-any.whl"
    ),
    "site-packages with capitals": laid(
        "folder-case-wrong", "python/lib/python3.12/Site-Packages/six.py"
    ),
    "an editable project": laid(
        "python-editable-install",
        "python/__editable__.shop-1.0.pth",
        "python/six.py",
        "python/__editable__.shop-1.0.pth",
    ),
    "the code of a function": laid("function-code", "lambda_function.py"),
}

NODE: Rejects = {
    "node_modules at the root": laid("node-modules-at-root", "node_modules/a/index.js"),
    "node_modules in another folder": laid(
        "node-modules-misplaced", "node/node_modules/a/index.js"
    ),
    "node_modules of a version nobody has": laid(
        "node-modules-misplaced", "nodejs/node99/node_modules/a/index.js"
    ),
    "packages without node_modules": laid(
        "node-modules-misplaced",
        "nodejs/a/package.json",
        *(f"nodejs/{name}/package.json" for name in "abc"),
    ),
    "a list of dependencies alone": laid("dependencies-not-installed", "nodejs/package.json"),
    "node_modules with a hyphen": laid("folder-case-wrong", "nodejs/node-modules/a/index.js"),
    "a packed package of npm": laid("node-archive-not-unpacked", "nodejs/a-1.0.0.tgz"),
    "the code of a Node.js function": laid("function-code", "index.mjs"),
}

ELSEWHERE: Rejects = {
    "a jar beside its folder": laid("java-archives-misplaced", "java/gson.jar"),
    "a jar at the root": laid("java-archives-misplaced", "gson.jar"),
    "classes that are not packed": laid("java-archives-misplaced", "java/lib/a/B.class"),
    "gems without the last number": laid(
        "ruby-gems-misplaced", "ruby/gems/3.3/gems/rake-13.0.6/lib/rake.rb"
    ),
    "a bundle": laid(
        "ruby-gems-misplaced", "vendor/bundle/ruby/3.3.0/gems/rake-13.0.6/lib/rake.rb"
    ),
    "a bundle in the folder of gems": laid(
        "ruby-gems-misplaced", "ruby/gems/ruby/3.3.0/gems/rake-13.0.6/lib/rake.rb"
    ),
    "a packed gem": laid("ruby-archive-not-unpacked", "ruby/rake-13.0.6.gem"),
    "libraries in lib64": Rejected(
        zipped(Member("lib64/libz.so.1", elf_file())),
        (("libraries-misplaced", "lib64/libz.so.1"),),
        by_directory=True,
    ),
    "an extension in a folder of the singular": laid("extensions-misplaced", "extension/agent"),
    "an extension in a folder of its own": laid("extensions-misplaced", "extensions/a/agent"),
    "everything in a folder": laid("layer-in-a-folder", "my-layer/python/six.py"),
    "a layer for each architecture": laid(
        "layer-in-a-folder", "arm64/python/six.py", "x86_64/python/six.py", "arm64/python/six.py"
    ),
    "a custom runtime in a folder": Rejected(
        zipped(Member("my-runtime/bootstrap", b"#!/bin/sh\n", mode=PROGRAM)),
        (("layer-in-a-folder", "my-runtime/bootstrap"),),
        by_directory=True,
    ),
    "what a desktop leaves and nothing else": laid(
        "nothing-but-leftovers", "__MACOSX/python/._six.py"
    ),
    "everything in opt": laid("layer-in-a-folder", "opt/python/six.py"),
    "everything twice in python": laid("layer-in-a-folder", "python/python/six.py"),
    "a folder with a capital": laid("folder-case-wrong", "Python/six.py"),
    "a bootstrap with a capital": Rejected(
        zipped(Member("Bootstrap", b"#!/bin/sh\n", mode=PROGRAM)),
        (("folder-case-wrong", "Bootstrap"),),
        by_directory=True,
    ),
    "a layer in an archive": Rejected(
        zipped(Member("layer.zip", archive(Member("python/six.py", TEXT)))),
        (("archive-in-archive", "layer.zip"),),
        by_directory=True,
    ),
    "all that can be wrong at once": Rejected(
        zipped(
            Member("python/evil", mode=0o010644),
            Member("node_modules/a.js", TEXT),
            Member("httpx/__init__.py", TEXT, mode=0o100600),
        ),
        (
            ("entry-special-file", "python/evil"),
            ("entry-unreadable", "httpx/__init__.py"),
            ("python-packages-at-root", "httpx/__init__.py"),
            ("node-modules-at-root", "node_modules/a.js"),
        ),
        by_directory=True,
    ),
}

LEFTOVERS: Rejects = {
    "an environment file": laid(
        "leftover-environment-file", "python/.env", "python/six.py", "python/.env"
    ),
    "a repository": laid("leftover-repository", "python/.git", "python/six.py", "python/.git/HEAD"),
    "credentials of the AWS CLI": laid(
        "leftover-credentials", ".aws/credentials", "python/six.py", ".aws/credentials"
    ),
    "a key of SSH": laid("leftover-credentials", "python/id_rsa", "python/six.py", "python/id_rsa"),
}
