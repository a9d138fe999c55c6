/** Prisma's own migration engine, the WASM build: the oracle that our migrations are held against. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";
import * as glue from "@prisma/schema-engine-wasm/schema_engine_bg";
import { readMigrations } from "../db/migrate.ts";

const root = join(import.meta.dirname, "..", "..");
const filters = { externalTables: [], externalEnums: [] };

export type SchemaEngine = {
  /** SQL that would bring the database to what prisma/schema.prisma says; its statements, one each. */
  drift(): Promise<string[]>;
  /** The history of migrations as `prisma migrate status` would see it. */
  diagnose(): ReturnType<glue.SchemaEngine["diagnoseMigrationHistory"]>;
};

export async function schemaEngine(url: string): Promise<SchemaEngine> {
  await load();
  const schema = { path: "schema.prisma", content: readFileSync(join(root, "prisma", "schema.prisma"), "utf8") };
  const adapter = bindMigrationAwareSqlAdapterFactory(new CatalogAdapter(catalogPool(url)));
  const engine = await glue.SchemaEngine.new({ datamodels: [[schema.path, schema.content]] }, () => undefined, adapter);
  return {
    drift: async () => {
      const from = { tag: "schemaDatasource" as const, files: [schema], configDir: root };
      const to = { tag: "schemaDatamodel" as const, files: [schema] };
      const { stdout } = await engine.diff({ from, to, script: true, exitCode: null, filters });
      return statementsOf(stdout ?? "");
    },
    diagnose: () => engine.diagnoseMigrationHistory({ migrationsList: migrationsList(), optInToShadowDatabase: false, filters }),
  };
}

// The adapter doesn't know the type "char" of PostgreSQL's own catalogue: it is shown text, and the engine a character.
const catalogChar = 18;
const text = 25;
const charColumns = new WeakMap<object, Set<number>>();

function catalogPool(url: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  const query = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryArrayResult>;
  const translate = async (config: pg.QueryConfig): Promise<pg.QueryArrayResult> => {
    const result = await query(config);
    const columns = new Set<number>();
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== catalogChar) continue;
      field.dataTypeID = text;
      columns.add(index);
    }
    if (columns.size > 0) charColumns.set(result.rows, columns);
    return result;
  };
  return Object.assign(pool, { query: translate });
}

class CatalogAdapter extends PrismaPg {
  override async connect(): ReturnType<PrismaPg["connect"]> {
    const connected = await super.connect();
    const queryRaw = connected.queryRaw.bind(connected);
    connected.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const columns = charColumns.get(result.rows);
      const columnTypes = result.columnTypes.map((type, index) => (columns?.has(index) === true ? ColumnTypeEnum.Character : type));
      return { ...result, columnTypes };
    };
    return connected;
  }
}

let loading: Promise<void> | null = null;

function load(): Promise<void> {
  loading ??= instantiate();
  return loading;
}

async function instantiate(): Promise<void> {
  const path = createRequire(import.meta.url)
    .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
    .replace(/\.js$/, ".wasm");
  const { instance } = await WebAssembly.instantiate(readFileSync(path), {
    "./schema_engine_bg.js": glue as unknown as WebAssembly.ModuleImports,
  });
  const { __wbg_set_wasm: setExports } = glue as unknown as { __wbg_set_wasm: (exports: WebAssembly.Exports) => void };
  setExports(instance.exports);
  (instance.exports["__wbindgen_start"] as () => void)();
}

function migrationsList() {
  const baseDir = join(root, "prisma", "migrations");
  return {
    baseDir,
    lockfile: { path: "migration_lock.toml", content: readFileSync(join(baseDir, "migration_lock.toml"), "utf8") },
    shadowDbInitScript: "",
    migrationDirectories: readMigrations().map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value: sql } },
    })),
  };
}

const statementsOf = (script: string): string[] =>
  script
    .split("\n")
    .filter((line) => !line.startsWith("--"))
    .join("\n")
    .split(";")
    .map((statement) => statement.trim().replaceAll(/\s+/g, " "))
    .filter((statement) => statement !== "");
