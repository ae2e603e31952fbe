import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { TemplateRow } from "#schema/record-api.ts";
import type { Template } from "#schema/template.ts";

interface Stored {
  readonly seq: string;
  readonly value: Template;
}

const rowOf = ({ seq, value }: Stored): TemplateRow => ({ ...value, seq: Number(seq) });

/** The latest version of each template that is not retired, by name. */
export const listTemplates = async (sql: TransactionSql): Promise<readonly TemplateRow[]> => {
  const rows = await sql<Stored[]>`
    select distinct on (value ->> 'name') seq, value from records where kind = 'template'
    order by value ->> 'name', (value ->> 'version')::int desc`;
  return rows.map(rowOf).filter(({ retired }) => !retired);
};

/** Every version of one template, the latest first; retired ones, too. */
export const versionsOf = async (sql: TransactionSql, name: string): Promise<readonly TemplateRow[]> => {
  const rows = await sql<Stored[]>`
    select seq, value from records where kind = 'template' and value ->> 'name' = ${name}
    order by (value ->> 'version')::int desc`;
  return rows.map(rowOf);
};
