/** A ticket to copy: every part that helps, with what to write there. */
export const ticketTemplate = `---
title: Say in one line what should be different
# All of these may be left out.
priority: medium        # high, medium or low
labels: []
dependencies: []        # ids that must be done first, such as [task-3]
# model: ollama/qwen2.5-coder:7b
# budget: { minutes: 30, attempts: 2 }
---

## Description

Which file or function is it about, what does it do today, and what should it do?
Small models do best with names, paths and an example of input and output.

## Acceptance Criteria

- [ ] Something that a test or the diff can show
- [ ] \`npm test\` passes
`;
