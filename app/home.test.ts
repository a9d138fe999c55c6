import { expect, it } from "vitest";
import { homeAmong } from "./home.ts";

const environment = (id: string, operationalOfId: string | null = null) => ({ id, name: id, operationalOfId });
const organizations = [
  { id: "org_cafe", environments: [environment("env_cafe"), environment("env_staging"), environment("env_hidden", "env_cafe")] },
  { id: "org_tea", environments: [environment("env_tea")] },
  { id: "org_empty", environments: [] },
];
const home = (organizationId: string | null, lastEnvironmentId: string | null) =>
  homeAmong({ organizations }, { organizationId, lastEnvironmentId });

it("starts where one was last, but in the organization that was just joined", () => {
  expect(home(null, null)).toBe("/org_cafe/env_cafe");
  expect(home(null, "env_tea")).toBe("/org_tea/env_tea");
  expect(home(null, "env_hidden")).toBe("/org_cafe/env_cafe");
  expect(home("org_tea", "env_staging")).toBe("/org_tea/env_tea");
  expect(home("org_cafe", "env_staging")).toBe("/org_cafe/env_staging");
  for (const noHome of ["org_empty", "org_of_others"]) expect(home(noHome, "env_tea")).toBe("/org_tea/env_tea");
  expect(homeAmong({ organizations: [] }, { organizationId: "org_tea", lastEnvironmentId: null })).toBeNull();
});
