/** Three database machines, each with etcd, Patroni and PostgreSQL, and one with HAProxy and PgBouncer in front of the primary. */
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { databaseUser } from "../../lib/db/postgresBinaries.ts";
import { run } from "./commands.ts";
import { everybody, type Host } from "./hosts.ts";

const debianBinaries = "/usr/lib/postgresql";
/** As short as Patroni takes them: a primary that is gone is replaced within so many seconds. */
const timing = { ttl: 20, loop_wait: 3, retry_timeout: 3 };

type Role = "Leader" | "Replica" | "Sync Standby";
type Member = { Member: string; Role: Role; State: string };

export class DatabaseCluster {
  readonly hosts: Host[];
  readonly #directory: string;
  readonly #user: { uid: number; gid: number; name: string };

  constructor(hosts: Host[], directory: string) {
    this.hosts = hosts;
    this.#directory = directory;
    const user = databaseUser();
    if (user === null) throw new Error("Network namespaces need root.");
    this.#user = user;
    for (const host of hosts) this.#serve(host);
  }

  /** The URL with all of them, as Webster takes it. */
  urlAs(user: string): string {
    return `postgresql://${user}@${this.hosts.map(({ address }) => address).join(",")}/webster?target_session_attrs=read-write`;
  }

  /** Name and role of those who answer, as Patroni lists them. */
  members(): Member[] {
    for (const host of this.hosts)
      try {
        return JSON.parse(host.ask("timeout", "10", "patronictl", "-c", this.#config(host), "list", "--format", "json")) as Member[];
      } catch {
        // It is one of those that are away.
      }
    return [];
  }

  /** The machine with this role, once there is one and it runs. */
  async hostAs(role: Role, timeoutMs = 90_000): Promise<Host> {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      const found = this.members().find((one) => one.Role === role && /running|streaming/.test(one.State));
      const host = this.hosts.find(({ name }) => name === found?.Member);
      if (host !== undefined) return host;
      if (performance.now() > deadlineMs) throw new Error(`No ${role} within ${timeoutMs} ms: ${JSON.stringify(this.members())}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** All three run again, and the standby that commits wait for is one of them. */
  async whole(isSynchronous: boolean): Promise<void> {
    await this.hostAs("Leader");
    if (isSynchronous) await this.hostAs("Sync Standby");
    const deadlineMs = performance.now() + 120_000;
    while (this.members().filter(({ State }) => /running|streaming/.test(State)).length < this.hosts.length) {
      if (performance.now() > deadlineMs) throw new Error(`Not whole again: ${JSON.stringify(this.members())}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  /** Whether commits wait for a standby. */
  setSynchronous(isSynchronous: boolean): void {
    const [host] = this.hosts;
    if (host === undefined) return;
    const set = ["synchronous_mode", "synchronous_mode_strict"].flatMap((name) => ["-s", `${name}=${isSynchronous}`]);
    host.ask("patronictl", "-c", this.#config(host), "edit-config", "--force", ...set);
  }

  switchOver(from: Host, to: Host): void {
    from.ask("patronictl", "-c", this.#config(from), "switchover", "webster", "--master", from.name, "--candidate", to.name, "--force");
  }

  async query<Row extends pg.QueryResultRow>(host: Host, database: string, sql: string): Promise<Row[]> {
    const client = new pg.Client({ host: host.address, user: "postgres", database, connectionTimeoutMillis: 10_000 });
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  #config = (host: Host): string => join(this.#directory, host.name, "patroni.yaml");

  #serve(host: Host): void {
    const directory = join(this.#directory, host.name);
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    writeFileSync(this.#config(host), JSON.stringify(this.#settings(host, directory)));
    for (const path of [directory, this.#config(host)]) chownSync(path, this.#user.uid, this.#user.gid);
    const as = ["setpriv", `--reuid=${this.#user.uid}`, `--regid=${this.#user.gid}`, "--clear-groups"];
    host.serve("etcd", [...as, "etcd", ...this.#etcd(host, directory)]);
    host.serve("patroni", [...as, "env", `HOME=${directory}`, "patroni", this.#config(host)]);
  }

  #etcd({ name, address }: Host, directory: string): string[] {
    const peers = this.hosts.map((host) => `${host.name}=http://${host.address}:2380`).join(",");
    const urls = { client: `http://${address}:2379`, peer: `http://${address}:2380` };
    const listen = ["--listen-client-urls", urls.client, "--advertise-client-urls", urls.client, "--listen-peer-urls", urls.peer];
    const cluster = ["--initial-advertise-peer-urls", urls.peer, "--initial-cluster", peers, "--initial-cluster-state", "new"];
    return ["--name", name, "--data-dir", join(directory, "etcd"), ...listen, ...cluster];
  }

  // JSON is YAML.
  #settings({ name, address }: Host, directory: string): object {
    const parameters = { max_connections: 200, shared_buffers: "64MB", wal_log_hints: "on", unix_socket_directories: "" };
    const trusted = [`host replication all ${everybody} trust`, `host all all ${everybody} trust`];
    return {
      scope: "webster",
      name,
      restapi: { listen: `${address}:8008`, connect_address: `${address}:8008` },
      etcd3: { hosts: this.hosts.map((host) => `${host.address}:2379`) },
      bootstrap: {
        dcs: {
          ...timing,
          synchronous_mode: true,
          // Rather no commit than one that is at one place alone.
          synchronous_mode_strict: true,
          postgresql: { use_pg_rewind: true, parameters },
        },
        initdb: [{ encoding: "UTF8" }, { locale: "C" }, "data-checksums"],
        pg_hba: trusted,
      },
      postgresql: {
        listen: `${address}:5432`,
        connect_address: `${address}:5432`,
        data_dir: join(directory, "data"),
        bin_dir: binaries(),
        pgpass: join(directory, "pgpass"),
        pg_hba: trusted,
        authentication: { superuser: { username: "postgres" }, replication: { username: "replicator" }, rewind: { username: "postgres" } },
      },
    };
  }
}

/** PgBouncer in transaction mode, in front of whichever of them Patroni calls the primary. */
export function servePooler(host: Host, cluster: DatabaseCluster, directory: string): string {
  const [proxy, settings, users] = ["haproxy.cfg", "pgbouncer.ini", "users.txt"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  const servers = cluster.hosts.map(({ name, address }) => `  server ${name} ${address}:5432 check port 8008`).join("\n");
  writeFileSync(
    proxy,
    `defaults\n  mode tcp\n  timeout connect 3s\n  timeout client 1h\n  timeout server 1h\n  timeout check 2s\nlisten primary\n  bind 127.0.0.1:5000\n  option httpchk GET /primary\n  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions\n${servers}\n`,
  );
  writeFileSync(users, ["webster_app", "webster_owner"].map((name) => `"${name}" ""\n`).join(""));
  writeFileSync(
    settings,
    `[databases]\n* = host=127.0.0.1 port=5000\n[pgbouncer]\nlisten_addr = ${host.address}\nlisten_port = 6432\nunix_socket_dir =\nauth_type = trust\nauth_file = ${users}\npool_mode = transaction\ndefault_pool_size = 30\nserver_login_retry = 1\n`,
  );
  const user = databaseUser();
  if (user !== null) for (const path of [settings, users]) chownSync(path, user.uid, user.gid);
  host.serve("haproxy", ["haproxy", "-db", "-f", proxy]);
  host.serve("pgbouncer", ["setpriv", `--reuid=${user?.uid}`, `--regid=${user?.gid}`, "--clear-groups", "pgbouncer", settings]);
  return `postgresql://webster_app@${host.address}:6432/webster`;
}

function binaries(): string {
  if (!existsSync(debianBinaries)) return run("pg_config", ["--bindir"]);
  const [newest] = readdirSync(debianBinaries).sort((a, b) => Number(b) - Number(a));
  return join(debianBinaries, newest ?? "", "bin");
}
