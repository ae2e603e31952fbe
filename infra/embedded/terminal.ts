// A closed terminal must not end the supervisor half-way through its orderly stop.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

/** One line for the person who typed `npm start`. Everything longer is in the log files. */
export const say = (line: string): void => console.log(line);

/** The sentence after which nothing more comes. */
export const complain = (line: string): void => console.error(`\n${line}`);
