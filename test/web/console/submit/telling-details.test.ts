import { describe, expect, it } from "vitest";
import { tellingDetails } from "../../../../web/console/src/submit/telling-details.ts";

const wrapper = { path: "/payload", message: 'Property "command" does not match schema.' };
const telling = { path: "/payload/command", message: 'Instance type "number" is invalid. Expected "array".' };

describe("the server's complaints beside the form", () => {
  it("leave out those that only point at another one", () => {
    expect(tellingDetails([wrapper, telling])).toEqual([telling]);
  });
  it("are all shown when there is nothing but pointers", () => {
    expect(tellingDetails([wrapper])).toEqual([wrapper]);
  });
  it("are none when the server named none", () => {
    expect(tellingDetails(undefined)).toEqual([]);
  });
});
