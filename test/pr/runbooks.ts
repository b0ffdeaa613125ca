/** A runbook with a guard that reads its bound from a library. */
export const runbook = `gatebook: v1
id: example
title: Example
revision: 1
authorization: {none: writes one file into the run's own folder}
commands:
  C-01:
    title: Write a note
    effect: create
    guards:
      G-01:
        uses: gates/disk.yaml#free
      G-02:
        title: enough free disk for the note
        probe: {disk: {path: "\${{ run.work }}"}}
        expect: {free_bytes: {gte: 104857600}}
    do:
      - exec: {argv: [sh, -c, 'echo done > "$OUT/note.txt"'], env: {OUT: "\${{ run.work }}"}}
    expectations:
      G-03:
        title: the note is there
        probe: {file: {path: "\${{ run.work }}/note.txt"}}
        expect: {present: true}
`;
export const settings = 'gatebook: v1\n';
export const library = `gatebook: v1
kind: gates
gates:
  free:
    title: enough free disk
    probe: {disk: {path: "\${{ run.work }}"}}
    expect: {free_bytes: {gte: 104857600}}
`;
/** Its second guard no longer stops the run. */
export const weakened = runbook.replace(
  'expect: {free_bytes: {gte: 104857600}}\n    do:',
  'expect: {free_bytes: {gte: 104857600}}\n        on_fail: note\n    do:',
);
/** A gate that can't fail. */
export const wrong = runbook.replace('present: true', 'size_bytes: {gte: 0}');
