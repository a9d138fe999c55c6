/** What has failed, of the reports that test runners write as JSON: named once more at the end, where a long log is cut off before. */
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";

const messageLines = 12;

/** Of Vitest's report: tests, and files that could not even be loaded, which have no failed test of their own. */
export function failuresOfVitest(report, root) {
  return report.testResults.flatMap((file) => {
    const path = relative(root, file.name);
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && file.status === "failed") return [{ name: `${path} could not be run`, message: brief(file.message) }];
    return failed.map((test) => ({
      name: `${path} > ${[...test.ancestorTitles, test.title].join(" > ")}`,
      message: brief(test.failureMessages?.join("\n")),
    }));
  });
}

/** Of Playwright's report: errors outside of all tests, and tests that failed, if only at their first try. */
export function failuresOfPlaywright(report) {
  const outside = (report.errors ?? []).map((error) => ({ name: "outside of all tests", message: brief(error.message) }));
  return [...outside, ...(report.suites ?? []).flatMap((suite) => failuresOfSuite(suite, []))];
}

function failuresOfSuite(suite, above) {
  const names = [...above, suite.title];
  const own = (suite.specs ?? []).flatMap((spec) =>
    spec.tests
      .filter((test) => test.status === "unexpected" || test.status === "flaky")
      .map((test) => ({ name: [...names, spec.title].join(" > "), message: brief(errorsOf(test).join("\n")) })),
  );
  return [...own, ...(suite.suites ?? []).flatMap((inner) => failuresOfSuite(inner, names))];
}

function errorsOf(test) {
  return test.results.flatMap((result) => (result.errors ?? []).map((error) => error.message ?? "")).filter((message) => message !== "");
}

function brief(message = "") {
  return stripVTControlCharacters(message).trim().split("\n").slice(0, messageLines).join("\n");
}
