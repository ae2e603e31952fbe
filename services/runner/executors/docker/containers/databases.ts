const DATABASES =
  /^(postgres|postgresql|postgis|pgvector|timescaledb.*|mysql|mysql-server|mariadb.*|percona.*|mongo|mongodb.*|redis|redis-stack.*|valkey|keydb|dragonfly|memcached|cassandra|scylla|couchdb|couchbase.*|influxdb.*|clickhouse.*|elasticsearch|opensearch|meilisearch|neo4j|etcd|cockroach|arangodb|rethinkdb|mssql|server-mssql|oracle.*)$/;

/** Told by the image's well-known name: others rely on it, so it is the last to stop and the first to start. */
export const isDatabase = (image: string): boolean => {
  const name = image.replace(/@.*$/, "").split("/").at(-1) ?? "";
  return DATABASES.test(name.replace(/:.*$/, ""));
};
