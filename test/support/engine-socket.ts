/** The unix socket of the engine that tests talk to: DOCKER_HOST's, else the default one. */
export const ENGINE_SOCKET = (process.env["DOCKER_HOST"] || "unix:///var/run/docker.sock").replace(
  /^unix:\/\//,
  "",
);
