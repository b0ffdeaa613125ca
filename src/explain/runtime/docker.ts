import { fromRows } from './row.js';

/** Containers, networks and volumes. */
export const dockerCodes = fromRows([
  [
    'ENGINE_DOWN',
    'no container engine answers',
    'Whether a container is there is not known then: that is an error, never `present: false`. Start the engine, or say with `DOCKER_HOST=unix:///…` where it listens. What a run has left on it stays listed: `gatebook teardown RUN` destroys it once the engine is back.',
  ],
  [
    'ENGINE_ADDRESS',
    "not an engine of this machine's",
    'Only a local socket is spoken to (`unix:///…`): mounts, files and clocks of another machine would be others. Contexts and configuration files of docker are not read.',
  ],
  ['DOCKER_FAILED', 'the container engine refused', 'The message has its own words.'],
  [
    'RESOURCE_EXISTS',
    'the name is taken',
    "A container, network or volume of that name is there and is not this run's. It is left as it is, whatever it holds: choose another name.",
  ],
  [
    'RESOURCE_GONE',
    'what this run made is not there any more',
    'It was destroyed, or never came into being. The message names it.',
  ],
  [
    'IMAGE_MISSING',
    'the engine has no such image',
    'Nothing is pulled during a run: `docker pull NAME@sha256:…` or `docker load` before it.',
  ],
  [
    'CONTAINER_GONE',
    'a container was removed by another hand',
    'The run had made it, or had seen it, and now the engine does not know it. What depends on it fails; destroying it passes, and the report says that it was already gone.',
  ],
  [
    'CONTAINER_STOPPED',
    'a container does not run',
    'A program can be run in a running container only. Its last words: `docker logs NAME`.',
  ],
  [
    'CONTAINER_FAILED',
    "a container's program ended at once",
    'With another code than 0. The message has its last lines.',
  ],
  [
    'IMAGE_UNNAMED',
    'a server is to be a container, of no image',
    '`engine: docker` needs one: `image:` on the target, or `sandbox: {image: …}` in gatebook.yaml, which may be `{env: NAME}`. `auto` would take the programs that are installed here.',
  ],
  [
    'IMAGE_UNPINNED',
    'an image without a digest',
    'A name can mean another image tomorrow. `NAME@sha256:…` or `sha256:…`, as `docker images --digests --no-trunc` shows it.',
  ],
  [
    'NETWORK_NOT_OURS',
    "a network that this run didn't make",
    'A throwaway server goes into a network of its own run, where nothing of production is: make it before with `docker.network`.',
  ],
  [
    'EXEC_CUT_OFF',
    'a program in a container whose end nobody saw',
    'The docker program ends with 0 where its connection is closed before the program inside ends: a proxy before the socket with a time limit does that. What runs inside was ended.',
  ],
  [
    'SOCKET_MISSING',
    'no server listens in the container',
    'Its socket was looked for in /var/run/postgresql and /tmp. Elsewhere: `docker: {container: …, socket: FOLDER}`.',
  ],
  [
    'RELAY_MISSING',
    'the container has nothing to speak to a socket with',
    'A session is a program inside that passes bytes on: perl, python3 or socat, whichever is there. The official Debian image has perl.',
  ],
  [
    'BRIDGE_FAILED',
    "a private socket can't be made",
    'It lies in the folder for temporary files, and its path may have 107 bytes: set `TMPDIR=/tmp`.',
  ],
  [
    'ENV_REFUSED',
    "a variable that can't be handed over",
    'Values go to a container through the environment of the docker program, which would take this one for itself. Set it inside: `argv: [env, NAME=…, PROGRAM]`.',
  ],
  [
    'MOUNT_REFUSED',
    'a mount that would give away the machine',
    'The root, devices, the folders of the kernel, the engine and its socket are never mounted; a relative path stays in the project.',
  ],
  [
    'CWD_RELATIVE',
    'a relative folder in a container',
    'There is no project inside to which it could be relative: write an absolute one.',
  ],
]);
