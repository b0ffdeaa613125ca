import type { Explanation } from './entry.js';

const sha = '0'.repeat(64);

/** GB30xx: the files of a project. */
export const files: readonly Explanation[] = [
  {
    code: 'GB3001',
    title: "a file that isn't there",
    explanation:
      "Paths are relative to the project: the nearest folder, upward from the runbook, that holds a `gatebook.yaml`; without one, the runbook's own folder. The search ends at the top of the repository.",
    wrong: `data: {scope: {file: missing.yaml, sha256: "${sha}"}}\n`,
    right: 'data: {scope: [a]}\nfacts: {scope: "${{ data.scope[0] }}"}\n',
  },
  {
    code: 'GB3002',
    title: 'a file that is too large',
    explanation:
      'A runbook has at most 4 MiB, a library 1 MiB, a data file 4 MiB, a script 16 MiB, an SQL file 64 MiB. The size is looked at before anything is read.',
  },
  {
    code: 'GB3003',
    title: 'a path that leads outside the project',
    explanation:
      "Nothing outside the project's folder is read as source, through a link neither: a reviewer of the project would not see it.",
    wrong: `data: {scope: {file: ../../etc/hostname, sha256: "${sha}"}}\n`,
    right: 'data: {scope: [a]}\nfacts: {scope: "${{ data.scope[0] }}"}\n',
  },
  {
    code: 'GB3004',
    title: 'a file or folder that others can write',
    explanation: 'Who can write the runbook decides what runs. Take the permission away: `chmod o-w PATH`.',
  },
  { code: 'GB3005', title: 'not a regular file', explanation: 'The path is a folder, a pipe or a device.' },
  {
    code: 'GB3006',
    title: "a file that can't be read",
    explanation: 'The runner may not read the file, or it changed while it was read.',
  },
  {
    code: 'GB3007',
    title: "a file that isn't what is pinned",
    explanation:
      "The file's sha256 isn't the one that the runbook pins. Read the file again; if it is what you mean, pin its digest.",
    wrong: {
      text: `data: {scope: {file: scope.yaml, sha256: "${sha}"}}\nfacts: {scope: "\${{ data.scope[0] }}"}\n`,
      files: { 'scope.yaml': '[a]\n' },
    },
    right: {
      text: 'data: {scope: {file: scope.yaml, sha256: 24d4941e67d5965d270eaebdb9816b994311e0f2f0e79ef6bb626f362c52842e}}\nfacts: {scope: "${{ data.scope[0] }}"}\n',
      files: { 'scope.yaml': '[a]\n' },
    },
  },
  {
    code: 'GB3008',
    title: "a file that isn't pinned",
    explanation:
      'A file that decides what happens is named with its sha256, so that what was reviewed is what runs. The finding says which digest it has.',
    wrong: {
      text: 'data: {scope: {file: scope.yaml}}\nfacts: {scope: "${{ data.scope[0] }}"}\n',
      files: { 'scope.yaml': '[a]\n' },
    },
    right: 'data: {scope: [a]}\nfacts: {scope: "${{ data.scope[0] }}"}\n',
  },
  {
    code: 'GB3009',
    title: 'a file that is not written out',
    explanation: 'The path of a script, an SQL file or a data file is a literal.',
    wrong: 'data: {scope: {file: 3, sha256: x}}\n',
    right: 'data: {scope: [a]}\nfacts: {scope: "${{ data.scope[0] }}"}\n',
  },
  {
    code: 'GB3010',
    title: "a name that the evidence can't hold",
    explanation:
      'Every file that a runbook names is sealed into the evidence under the name that the plan has. So a file has one spelling, `gates/a.yaml` and neither `./gates/a.yaml` nor `gates/../gates/a.yaml`; its name holds no control character and no backslash; and it lies in 32 folders at most.',
  },
];
