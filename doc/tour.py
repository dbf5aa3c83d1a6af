#!/usr/bin/env python3
"""Runs the tour of README.md and puts its true output there.

    doc/tour.py [PROGRAM]      default ./deltadesk

Everything between the two marks in README.md is replaced.
"""
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import textwrap
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(sys.argv[1] if len(sys.argv) > 1
                       else TOP / "deltadesk").resolve()
NUMBER = "沪长打假通〔2026〕1号"

TOUR = [
    ("Two desks, Changning and Hangzhou, each a folder of its own. A desk is "
     "told to trust another by its card; read the fingerprint out over the "
     "telephone.", [
         "./deltadesk --desk cn init 310105 --listen 127.0.0.1:PORT1",
         "./deltadesk --desk hz init 330100 --listen 127.0.0.1:PORT2",
         "./deltadesk --desk cn card | ./deltadesk --desk hz peer trust -",
         "./deltadesk --desk hz card | ./deltadesk --desk cn peer trust -",
         "./deltadesk --desk cn serve 2>cn.log &",
         "./deltadesk --desk hz serve 2>hz.log &",
     ]),
    ("Changning issues a clue notice with an attachment. What should be there "
     "and is not (缺项) never holds an urgent notice up.", [
         "echo 现场 > 照片.txt",
         "./deltadesk --desk cn new clue --to 330100 "
         "--set title=涉嫌网上销售假冒运动鞋 --set urgency=加急 "
         "--set party_concerned.name=杭州虚构电子商务有限公司 "
         "--set facts=该店售价不到正品三成 --attach 照片.txt",
     ]),
    ("Hangzhou has it, signs for it (签收) and takes it up (受理); a move that "
     "is not possible says why. Changning sees each step and each deadline "
     "with its article.", [
         "./deltadesk --desk hz list",
         f"./deltadesk --desk hz sign '{NUMBER}'",
         f"./deltadesk --desk hz move '{NUMBER}' accept",
         f"./deltadesk --desk hz move '{NUMBER}' forward",
         f"./deltadesk --desk cn show '{NUMBER}'",
         "./deltadesk --desk cn peer list",
     ]),
    ("Deadlines are counted over the published calendar, with make-up days.", [
        "./deltadesk deadline 2026-04-28T09:00:00+08:00 7 working_day",
    ]),
    ("Every signature, chain, file and projection can be checked, and what a "
     "court asks for is a folder that stock openssl verifies.", [
         "./deltadesk --desk hz verify --rebuild",
         f"./deltadesk --desk hz evidence '{NUMBER}' evidence",
         "sh evidence/verify.sh",
     ]),
    ("The console on one of them, with the other still serving:", [
        "./deltadesk --desk cn --lang en console",
    ]),
]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Shell:
    """Runs the lines of the tour; ends what they left running."""

    def __init__(self, folder):
        self.folder = folder
        self.env = dict(os.environ, LANG="C.UTF-8", HOME=str(folder),
                        XDG_STATE_HOME=str(folder / "state"))
        self.left = []
        os.symlink(PROGRAM, folder / "deltadesk")
        self.ports = {"PORT1": str(free_port()), "PORT2": str(free_port())}

    def run(self, line):
        for name, port in self.ports.items():
            line = line.replace(name, port)
        if line.endswith("&"):
            argv = line[:-1].split("2>")[0].split()
            log = open(self.folder / "log", "a")
            p = subprocess.Popen(argv, cwd=self.folder, env=self.env,
                                 stdout=subprocess.PIPE, stderr=log, text=True)
            self.left.append(p)
            return p.stdout.readline()
        if line.endswith(" console"):
            return ""
        out = subprocess.run(line, shell=True, cwd=self.folder, env=self.env,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True).stdout
        time.sleep(1)  # what was issued leaves by itself
        return out

    def close(self):
        for p in self.left:
            p.terminate()
            p.wait(20)


def tour():
    text = []
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(pathlib.Path(folder))
        try:
            for words, lines in TOUR:
                text += [*textwrap.wrap(words, 78), "", "```console"]
                for line in lines:
                    out = shell.run(line)
                    text += [f"$ {line}", *out.splitlines()]
                text += ["```", ""]
        finally:
            shell.close()
    names = {p: n for n, p in zip(("4431", "4432"), shell.ports.values())}
    whole = "\n".join(text)
    for port, name in names.items():
        whole = whole.replace(port, name)
    return whole.replace("PORT1", "4431").replace("PORT2", "4432")


def main():
    readme = TOP / "README.md"
    text = readme.read_text()
    marked = re.sub(r"(<!-- tour -->\n).*(<!-- end of tour -->)",
                    lambda m: m.group(1) + tour() + m.group(2), text,
                    flags=re.S)
    readme.write_text(marked)


main()
