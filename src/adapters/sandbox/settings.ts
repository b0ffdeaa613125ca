import type { ServerSpec } from '../../ports/sandbox.js';
import { layout } from './folder.js';

/** A server that is thrown away needs no durability; its log is what a restore is judged by. */
export function serverSettings(
  folder: string,
  major: number,
  extra: ServerSpec['settings'],
): Readonly<Record<string, string>> {
  const at = layout(folder);
  return {
    listen_addresses: '',
    unix_socket_directories: at.socket,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '60',
    // A dump, or a restore in one transaction, holds several locks on each table: enough for more than 10,000.
    max_locks_per_transaction: '1024',
    shared_buffers: '256MB',
    // In the server's folder, so that it goes with that: what a killed server has in /dev/shm stays there.
    dynamic_shared_memory_type: 'mmap',
    maintenance_work_mem: '256MB',
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '16GB',
    autovacuum: 'off',
    lc_messages: 'C',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'on',
    log_destination: major >= 15 ? 'jsonlog' : 'csvlog',
    log_directory: at.log,
    log_filename: 'server.log',
    log_file_mode: '0600',
    log_rotation_age: '0',
    log_rotation_size: '0',
    log_min_messages: 'warning',
    log_min_error_statement: 'error',
    log_checkpoints: 'off',
    ...extra,
  };
}

export const settingArguments = (settings: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

export const errorLog = (folder: string, major: number) =>
  ({
    path: `${layout(folder).log}/server.${major >= 15 ? 'json' : 'csv'}`,
    format: major >= 15 ? 'json' : 'csv',
  }) as const;
