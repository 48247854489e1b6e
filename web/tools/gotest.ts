import { relative } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

type Line = { Action: string; Package: string; Test?: string; Elapsed?: number; Output?: string };

const say = (line: Line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Says what vitest found as `go test -json` does, so that one summary counts the tests of both languages. */
export default class GoTest implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const result = test.result();
    const line = { Package: packageOf(test.module), Test: test.fullName };
    const Elapsed = (test.diagnostic()?.duration ?? 0) / 1000;
    if (result.state === 'failed') {
      for (const e of result.errors)
        say({ Action: 'output', ...line, Output: `${test.fullName}: ${words(e)}\n` });
      say({ Action: 'fail', ...line, Elapsed });
      return;
    }
    say({ Action: result.state === 'passed' ? 'pass' : 'skip', ...line, Elapsed });
  }

  onTestModuleEnd(module: TestModule): void {
    const Package = packageOf(module);
    for (const e of module.errors()) say({ Action: 'output', Package, Output: `${words(e)}\n` });
    say({ Action: module.ok() ? 'pass' : 'fail', Package, Elapsed: module.diagnostic().duration / 1000 });
  }

  onTestRunEnd(_: ReadonlyArray<TestModule>, errors: ReadonlyArray<SerializedError>): void {
    for (const e of errors) {
      say({ Action: 'output', Package: 'web', Output: `outside of any test: ${words(e)}\n` });
      say({ Action: 'fail', Package: 'web', Elapsed: 0 });
    }
  }
}

function packageOf(module: TestModule): string {
  return `web/${relative(module.project.config.root, module.moduleId)}`;
}

function words(e: { message?: string; stack?: string; diff?: string }): string {
  return [e.stack ?? e.message ?? 'an error without words', e.diff].filter(Boolean).join('\n');
}
