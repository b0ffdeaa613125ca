import { fromRows } from './row.js';

/** Programs and files. */
export const programCodes = fromRows([
  [
    'PROGRAM_MISSING',
    'a program is not installed',
    'It is not on the fixed PATH of a run. `gatebook doctor` says which command brings it.',
  ],
  [
    'FOLDER_GONE',
    'the working folder is gone',
    'Somebody removed or moved the folder that the shell stands in. Change to one that is there.',
  ],
  [
    'LIMIT_REACHED',
    'a limit of the system',
    'No descriptor, process or memory is left for what had to be done next. The message has the reason that the system gives.',
  ],
  [
    'RUNNER_NOT_STARTED',
    'the process of the run did not begin',
    'A run is carried out by a second process, which ended or stood still before it began: too few processes or too little memory are allowed. Nothing was done.',
  ],
  [
    'TMPDIR_UNUSABLE',
    'nothing can be made in the folder for temporary files',
    'It is the one that `TMPDIR` names, else /tmp. It is missing, full, or somebody else’s.',
  ],
  [
    'SPAWN_FAILED',
    "a program couldn't be started",
    'It is there, and the system refused to start it: permissions, memory, or not a program.',
  ],
  [
    'EXIT_CODE',
    'a program failed',
    'Its exit code is not among `ok_codes` (0 unless said). Its output is in logs/.',
  ],
  ['ARGV_EMPTY', 'an argv without a program', 'The first item of `argv` names the program.'],
  [
    'OUTPUT_TOO_LARGE',
    'more output than is kept',
    'The whole is in logs/. Print less, or say `output: none`.',
  ],
  [
    'OUTPUT_LEFT_OPEN',
    'an output that nobody knows the end of',
    'The program ended, and a process that it had started went on holding its output without a word; it was killed. Wait for it, or give it an output of its own.',
  ],
  [
    'OUTPUT_NOT_JSON',
    'output that is not JSON',
    '`output: json` was declared, and the program printed something else.',
  ],
  ['OUTPUT_FAILED', "a program's output couldn't be written", 'The disk is full, or the reader ended.'],
  ['INPUT_FAILED', "a program didn't take its input", 'It ended before it had read all of it.'],
  ['TOO_MANY_LOGS', 'too many log files', 'One command has started more programs than logs are kept for.'],
  [
    'TOOL_BROKEN',
    'a program that does not say its version',
    'It is there, and running it with its version option failed.',
  ],
  [
    'CONNECT_REFUSED',
    'connect takes a sandbox',
    "`connect:` hands a program a sandbox, or an `of:` target that isn't on production.",
  ],
  [
    'SCRIPT_CHANGED',
    'a script that is not what is pinned',
    'The copy that would run does not have the pinned sha256.',
  ],
  ['SCRIPT_NOT_PLANNED', 'a script that is not in the plan', 'Only files that the plan pins are run.'],
  [
    'PIN_MISMATCH',
    'a file that is not what is pinned',
    'Read it again; if it is what you mean, pin its digest.',
  ],
  ['FILE_ABSENT', "a file that isn't there", 'The path was checked and nothing is there.'],
  ['FILE_EXISTS', 'something is there already', 'Nothing is written over what exists.'],
  ['FILE_SYMLINK', 'the path leads through a link', 'Nothing is read or written through a symbolic link.'],
  ['FILE_NOT_REGULAR', 'not a regular file', 'It is a folder, a pipe or a device.'],
  ['FILE_TOO_LARGE', 'a file beyond the limit', 'The message names the limit.'],
  [
    'FILE_UNSAFE_FOLDER',
    'a folder that others can write',
    'What is written there could be replaced: `chmod o-w`.',
  ],
  [
    'FILE_NOT_OURS',
    'a file that this run did not make',
    'Device or inode differ from what the ledger holds: it is left alone.',
  ],
  [
    'FILE_CHANGED',
    'a file was changed meanwhile',
    'Somebody else wrote it while it was being mended. Nothing was written; run it again.',
  ],
  ['FILE_IO', "a file couldn't be read or written", 'The message has the reason that the system gives.'],
  ['NOT_UTF8', 'text that is not UTF-8', 'Save the file as UTF-8.'],
  [
    'DISK_FULL',
    'the disk is full',
    'Nothing was published. Free some space; a guard with the `disk` probe finds it before.',
  ],
  ['DURATION_MALFORMED', 'not a duration', 'A whole number and ms, s, m, h or d.'],
  [
    'GIT_FAILED',
    "git couldn't tell",
    'Whether a file is tracked, or what it was at a commit, is not known. The message has what git said.',
  ],
  ['SCAN_TOO_LARGE', 'more to scan than is scanned', 'A scan that skips is no scan. Name fewer paths.'],
  [
    'NAME_UNSEALABLE',
    'a name that the evidence can not hold',
    'What `keep` would take holds a name with a control character or a backslash, one that leads elsewhere, or folders nested more than 32 deep. The run could never be sealed with it.',
  ],
  [
    'LEAK_FOUND',
    'a secret would have been kept',
    'What was to go into the bundle holds a secret, or something with the shape of one. Nothing was kept.',
  ],
  [
    'PIPELINE_FAILED',
    'a member of a pipeline failed',
    'Each program of a pipeline is checked, not only the last. The message names the one that failed first.',
  ],
]);
