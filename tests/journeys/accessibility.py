"""What axe-core finds against WCAG 2.1 A and AA."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """
async () => {
  const found = await axe.run(document, {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] },
    resultTypes: ['violations'],
  });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id} (${rule.impact}) ${node.target.join(' ')}\\n    ${node.html.slice(0, 300)}\\n    ${node.failureSummary}`));
}
"""


def violations(page: Page) -> list[str]:
    """One text per element that violates a rule: the rule, where it is, and what is wrong."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN)
    return found
