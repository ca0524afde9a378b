"""Foreign programs for tests: Debian's packages, fetched and unpacked below build/peers, never
installed, for they exclude one another and would start services."""

import glob
import os
import shutil
import subprocess

FOLDER = "build/peers"


def fetch(name, packages):
    """Unpacks the packages to build/peers/NAME, once; whether all of them are there."""
    folder = f"{FOLDER}/{name}"
    if os.path.exists(f"{folder}/complete"):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(f"{folder}/packages")
    with open(f"{folder}/log", "wb") as log:
        for package in packages:
            run(["apt-get", "download", package], log, cwd=f"{folder}/packages")
        for archive in glob.glob(f"{folder}/packages/*.deb"):
            run(["dpkg", "-x", archive, f"{folder}/root"], log)
    if not all(glob.glob(f"{folder}/packages/{package}_*.deb") for package in packages):
        return False
    open(f"{folder}/complete", "w", encoding="utf-8").close()
    return True


def run(command, log, cwd=None):
    subprocess.run(command, cwd=cwd, check=False, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def program(name, path):
    """The real path of a program of the packages fetched as NAME."""
    return os.path.realpath(f"{FOLDER}/{name}/root/{path}")


def environment(name):
    """For running them: their libraries lie beside them."""
    libraries = glob.glob(f"{os.path.realpath(FOLDER)}/{name}/root/usr/lib/*-linux-gnu*")
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)}
