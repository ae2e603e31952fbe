/** What a slot may know of the runner's environment: where programs and the engine are, and no secret of ours. */
export const INHERITED = [
  "PATH",
  "HOME",
  "LANG",
  "TZ",
  "TMPDIR",
  "DOCKER_HOST",
  "DOCKER_TLS_VERIFY",
  "DOCKER_CERT_PATH",
  "DOCKER_PATH_PREFIX",
  "SSH_AUTH_SOCK",
];
