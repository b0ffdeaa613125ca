/** What `gatebook init` writes: a project whose one runbook runs on any machine, and is worth changing. */

export const settings = `# The project begins here: runbooks read nothing outside this folder.
gatebook: v1
`;

export const ignored = `.gatebook/
`;

export const firstRunbook = `# What is reviewed is what runs. gatebook schema runbook prints the schema for your editor.
gatebook: v1
id: first
title: A first runbook
revision: 1
tags: [example]
summary: Looks before it acts, acts, and proves what it did.
boundaries:
  - no database is touched
authorization: {none: writes one file into the run's own folder}

params:
  min_free: {type: bytes, default: 100MiB, description: Free disk that the run needs}

commands:
  C-01:
    title: Pre-flight
    guards:                # hold, or nothing is done
      G-01:
        title: enough free disk
        probe: {disk: {path: "\${{ run.artifacts }}"}}
        expect: {free_bytes: {gte: "\${{ params.min_free }}"}}
  C-02:
    title: Write a note
    effect: create
    do:
      - exec: {argv: [sh, -c, 'echo done > "$OUT/note.txt"'], env: {OUT: "\${{ run.work }}"}}
    expectations:          # proof, not an exit code
      G-02:
        title: the note is there and isn't empty
        probe: {file: {path: "\${{ run.work }}/note.txt"}}
        expect: {present: true, size_bytes: {gt: 0}}
`;
