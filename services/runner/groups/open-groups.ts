import type { Groups, GroupSite } from "./groups.ts";
import { createSoftGroups } from "./soft.ts";
import { createV1Groups } from "./v1.ts";
import { createV2Groups } from "./v2.ts";

/** A runner's groups, from what the runner found out about its host. */
export const openGroups = (site: GroupSite): Groups => {
  switch (site.kind) {
    case "cgroup2":
      return createV2Groups(site);
    case "cgroup1":
      return createV1Groups(site);
    case "soft":
      return createSoftGroups();
  }
};
