/** Settings that would undo what the runner promises of a session: its limits, its name, who it is, what it may. */
const ownSettings =
  /^(default_transaction_.*|transaction_.*|role|session_authorization|application_name|client_encoding|statement_timeout|lock_timeout|session_replication_role|.*_preload_libraries)$/i;

/** Another role may be taken where nothing but a server of the run or a test system can be changed. */
export const isOwnSetting = (name: string, production: boolean): boolean =>
  ownSettings.test(name) && (production || name.toLowerCase() !== 'role');
