import { err, ok } from '../../base/result.js';
import type { Result } from '../../base/result.js';
import type { Value } from '../../base/value.js';
import type { BoundTarget, SandboxEngine } from '../../model/binding.js';
import { isProduction } from '../../model/production.js';
import type { TargetDeclaration } from '../../model/runbook.js';
import type { Template } from '../../model/template.js';
import type { KindProblem, LiveTarget } from '../../kinds/executor.js';
import { lockTimeout } from '../../kinds/postgres/lock-timeout.js';
import type { ConnectionParts, EndSpec, ExpectedIdentity, Postgres } from '../../ports/postgres.js';

/** Who opens a session, for how long a statement may take, and until when. */
export interface SessionUse {
  /** `gatebook/RUN/C-02` */
  readonly applicationName: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Its command says that it only looks: so does the session, whatever the target allows. */
  readonly observes?: boolean;
}

export interface Reachable {
  readonly connection: ConnectionParts;
  readonly systemIdentifier?: string;
}

/** What a template of a target's declaration means now. */
export type Evaluate = (
  template: Template,
) => Result<Value, { readonly code: string; readonly message: string }>;

/** What isn't a server of the run's own, nor another target's. */
const viaServer: readonly BoundTarget['via'][] = ['url', 'docker'];

/**
 * The declared targets as this run can reach them. A target under embargo gives no session any more, to anyone.
 */
export class Targets {
  readonly #reachable = new Map<string, Reachable>();
  readonly #embargoed = new Set<string>();
  /** Of `of:` targets on servers that outlast the run: the last one that was opened, by server and role. */
  readonly #otherRoles = new Map<string, readonly [string, Reachable]>();

  constructor(
    private readonly declarations: Readonly<Record<string, TargetDeclaration>>,
    private readonly bound: Readonly<Record<string, BoundTarget>>,
    private readonly postgres: Postgres,
    private readonly evaluate: Evaluate,
  ) {}

  /** Makes a target usable: at the start for a live one, by `postgres.sandbox` for a throwaway one. */
  provide(name: string, reachable: Reachable): void {
    this.#reachable.set(name, reachable);
  }

  embargo(names: Iterable<string>): void {
    for (const name of names) this.#embargoed.add(name);
  }

  isEmbargoed(name: string): boolean {
    return this.#embargoed.has(name) || this.#embargoed.has(this.#parent(name) ?? '');
  }

  isReachable(name: string): boolean {
    const declaration = this.declarations[name];
    return declaration !== undefined && this.#server(name, declaration) !== undefined;
  }

  /**
   * As whom to end what we left on servers, in this order: other roles first, each its own, since the server's role
   * may not end theirs (PostgreSQL docs, 9.27.2) and yet proves that none is left.
   */
  connections(): readonly (readonly [string, Reachable, EndSpec['whose']])[] {
    const others = [...this.#otherRoles.values()].map(([name, as]) => [name, as, 'own'] as const);
    const servers = [...this.#reachable].map(([name, reachable]) => [name, reachable, 'all'] as const);
    return [...others, ...servers].filter(([name]) => !this.isEmbargoed(name));
  }

  /** The servers that were there before the run and outlast it; null where one can't be reached from here. */
  outlasting(): readonly (readonly [string, Reachable | null])[] {
    return Object.entries(this.bound)
      .filter(([name]) => this.#parent(name) === undefined && this.outlasts(name) && !this.isEmbargoed(name))
      .map(([name]) => [name, this.#reachable.get(name) ?? null]);
  }

  get(name: string, use: SessionUse): Result<LiveTarget, KindProblem> {
    const declared = this.declarations[name];
    if (declared === undefined)
      return err({ code: 'TARGET_UNKNOWN', message: `no target is called ${name}` });
    if (this.isEmbargoed(name)) {
      return err({
        code: 'EMBARGOED',
        message: `target ${name} is under embargo since a hard abort: no further session is opened to it`,
      });
    }
    const declaration = use.observes === true ? { ...declared, access: 'read' as const } : declared;
    const server = this.#server(name, declaration);
    if (server === undefined) {
      const started = this.#parent(name) ?? name;
      return err({
        code: 'TARGET_NOT_STARTED',
        message: `target ${started} has not been started yet`,
        next: `start it before with postgres.sandbox: {target: ${started}}`,
      });
    }
    const other = this.bound[name]?.identity.differs_from;
    if (
      other !== undefined &&
      server.systemIdentifier === undefined &&
      this.#identifierOf(other) === undefined
    )
      return err({
        code: 'IDENTITY_UNKNOWN',
        message: `${name} has to differ from ${other}, and nothing says which cluster ${other} is`,
        next: `give ${other} an identity with a system_identifier`,
      });
    const reachable = this.#asUser(name, declaration, server);
    return reachable.ok ? ok(this.#live(name, declaration, reachable.value, use)) : reachable;
  }

  /** What runs the server, where the run knows it. */
  engine(name: string): SandboxEngine | null {
    const bound = this.bound[name];
    if (bound?.via === 'sandbox') return bound.engine ?? 'local';
    if (bound?.via === 'docker') return bound.standIn ? 'local' : 'docker';
    return null;
  }

  /** The image of a sandbox that is to be a container. */
  image(name: string): string | undefined {
    return this.bound[name]?.image;
  }

  #live(name: string, declaration: TargetDeclaration, reachable: Reachable, use: SessionUse): LiveTarget {
    const bound = this.bound[name];
    const { connection, systemIdentifier } = reachable;
    const production = isProduction(this.declarations, name);
    return {
      name,
      declaration: { ...declaration, production },
      standIn: bound?.standIn ?? false,
      engine: this.engine(name),
      connection,
      ...(systemIdentifier !== undefined && { systemIdentifier }),
      open: async (purpose) => {
        const session = await this.postgres.open({
          connection,
          expected: this.#expected(name, reachable),
          applicationName: use.applicationName,
          // On production only an action that changes it gets a session that could.
          readOnly: declaration.access === 'read' || (production && purpose?.write !== true),
          refuseSuperuser: production && declaration.superuser === undefined,
          statementTimeoutMs: use.timeoutMs,
          lockTimeoutMs: purpose?.patient === true ? use.timeoutMs : lockTimeout(use.timeoutMs),
          signal: use.signal,
          ...(purpose?.settings !== undefined && { settings: purpose.settings }),
        });
        if (session.ok) this.#noteRole(name, reachable);
        return session;
      },
    };
  }

  #noteRole(name: string, as: Reachable): void {
    const server = this.#parent(name);
    if (server !== undefined && this.outlasts(server))
      this.#otherRoles.set(`${server} ${as.connection.user}`, [name, as]);
  }

  /** Of a runner that died nobody knows as whom it had sessions: as any role that can be had here. */
  assumeRoles(): void {
    for (const [name, declaration] of Object.entries(this.declarations)) {
      const server = this.#server(name, declaration);
      const role = server && this.#asUser(name, declaration, server);
      if (role?.ok === true) this.#noteRole(name, role.value);
    }
  }

  /** Whether its server was there before the run; a throwaway one takes its sessions with it. */
  outlasts(name: string): boolean {
    const bound = this.bound[this.#parent(name) ?? name];
    return bound !== undefined && !bound.standIn && viaServer.includes(bound.via);
  }

  /** What each session must find before its first statement. */
  #expected(name: string, reachable: Reachable): ExpectedIdentity {
    const identity = this.bound[name]?.identity ?? {};
    const systemIdentifier = reachable.systemIdentifier ?? identity.system_identifier;
    const other = identity.differs_from === undefined ? undefined : this.#identifierOf(identity.differs_from);
    return {
      ...(identity.database !== undefined && { database: identity.database }),
      ...(systemIdentifier !== undefined && { systemIdentifier }),
      ...(other !== undefined && { notSystemIdentifier: other }),
    };
  }

  #identifierOf(name: string): string | undefined {
    return this.#reachable.get(name)?.systemIdentifier ?? this.bound[name]?.identity.system_identifier;
  }

  /** The server of a target: its own, or that of the target it is `of`. */
  #server(name: string, { postgres }: TargetDeclaration): Reachable | undefined {
    return this.#reachable.get(postgres.via === 'of' ? postgres.of : name);
  }

  /** An `of:` target has a user and a password of its own; its parent's password is nobody else's. */
  #asUser(name: string, { postgres }: TargetDeclaration, server: Reachable): Result<Reachable, KindProblem> {
    if (postgres.via !== 'of') return ok(server);
    const user = this.#text(name, 'user', postgres.user);
    if (!user.ok) return user;
    const { password: _, user: __, ...connection } = server.connection;
    if (postgres.password === undefined)
      return ok({ ...server, connection: { ...connection, user: user.value } });
    const password = this.#text(name, 'password', postgres.password);
    if (!password.ok) return password;
    return ok({ ...server, connection: { ...connection, user: user.value, password: password.value } });
  }

  #text(name: string, part: string, template: Template): Result<string, KindProblem> {
    const value = this.evaluate(template);
    if (!value.ok)
      return err({ code: value.error.code, message: `${part} of target ${name}: ${value.error.message}` });
    if (typeof value.value === 'string' && value.value !== '') return ok(value.value);
    return err({ code: 'TARGET_TYPE', message: `${part} of target ${name} is not text` });
  }

  #parent(name: string): string | undefined {
    const postgres = this.declarations[name]?.postgres;
    return postgres?.via === 'of' ? postgres.of : undefined;
  }
}
