/** Who may import whom. Knowledge flows schema → infra → services and schema → client → web. */
const driver = (name, packages, home) => ({
  name: `${name}-stays-home`,
  comment: `The ${name} driver is used in one folder only.`,
  severity: "error",
  from: { pathNot: home },
  to: { path: packages, dependencyTypesNot: ["type-only"] },
});

export default {
  forbidden: [
    {
      name: "schema-is-pure",
      severity: "error",
      from: { path: "^schema/" },
      to: { path: "^(infra|services|web|client|test)/" },
    },
    {
      name: "schema-does-no-io",
      severity: "error",
      from: { path: "^schema/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "infra-knows-no-service",
      severity: "error",
      from: { path: "^infra/" },
      to: { path: "^(services|web|client|test)/" },
    },
    {
      name: "services-meet-only-on-the-wire",
      severity: "error",
      from: { path: "^services/([^/]+)/" },
      to: { path: "^(services|web)/", pathNot: "^services/$1/" },
    },
    {
      name: "the-edge-knows-no-service",
      severity: "error",
      from: { path: "^web/server/" },
      to: { path: "^(services|web/console)/" },
    },
    {
      name: "the-console-sees-neither-infra-nor-services",
      severity: "error",
      from: { path: "^web/console/" },
      to: { path: "^(infra|services|web/server)/|^schema/tables\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "the-client-knows-only-the-language",
      severity: "error",
      from: { path: "^client/" },
      to: { path: "^(infra|services|web)/" },
    },
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { path: "^(schema|infra|services|client|web)/" },
      to: { path: "^test/" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, dependencyTypesNot: ["type-only"] },
    },
    driver("nats", "node_modules/@nats-io/", "^infra/nats/|^test/"),
    driver(
      "postgres",
      "node_modules/(postgres|drizzle-orm)/",
      "^(infra/postgres/|schema/tables|services/projector/|web/server/)",
    ),
    driver("docker", "node_modules/dockerode/", "^services/runner/executors/docker/"),
    driver("systeminformation", "node_modules/systeminformation/", "^services/monitor/sample"),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
