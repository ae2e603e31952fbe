import { provision } from "#infra/nats/provision.ts";
import type { TestNats } from "./stack.ts";

/** The server with the product's streams and buckets in it. */
export const provisioned = async (nats: TestNats): Promise<TestNats> => {
  await provision({ url: nats.url, seedFile: nats.seedFile("provisioner"), dataFree: 1024 ** 3 });
  return nats;
};
