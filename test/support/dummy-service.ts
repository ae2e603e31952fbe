import { createServer } from "node:http";

/** Stands in for every service in the supervisor's own tests: serves where it is told a port, ends with its stdin. */
if (process.argv.includes("--web")) {
  const server = createServer((request, response) => {
    const asked = `${request.method} ${request.url}`;
    if (asked === "GET /health") return response.end('{"ok":true}');
    if (asked !== "POST /api/login-links") return response.writeHead(404).end();
    const welcome = request.headers.authorization === `Bearer ${process.env["LONGSHORE_ADMIN_TOKEN"]}`;
    return response.writeHead(welcome ? 201 : 401).end('{"url":"/login?once=1"}');
  });
  server.listen(Number(process.env["LONGSHORE_PORT"]), "127.0.0.1");
}
const alive = setInterval(() => undefined, 60_000);
const end = (): void => {
  clearInterval(alive);
  process.exit(0);
};
const stubborn = process.env.LONGSHORE_DUMMY_STUBBORN === "1";
process.on("SIGTERM", () => stubborn || end());
process.stdin.on("end", end).resume();
process.stdout.write(
  `${JSON.stringify({ level: 30, msg: "ready", env: Object.keys(process.env).toSorted() })}\n`,
);
