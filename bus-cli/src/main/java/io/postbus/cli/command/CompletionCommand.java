package io.postbus.cli.command;

import io.postbus.cli.Invocation;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = {
      "prints the completion of a shell, for its start-up file:",
      "  bash: source <(postbus completion bash)",
      "  zsh:  source <(postbus completion zsh)"
    })
public final class CompletionCommand implements Callable<Integer> {
  /** The shells that are known. */
  enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return this == BASH ? "bash" : "zsh";
    }
  }

  private final Invocation invocation;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "SHELL", arity = "0..1", description = "bash or zsh")
  Shell shell = Shell.BASH;

  CompletionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    String script = AutoComplete.bash("postbus", spec.root().commandLine());
    if (shell == Shell.ZSH) {
      invocation.cli().out().println("autoload -U +X compinit && compinit");
      invocation.cli().out().println("autoload -U +X bashcompinit && bashcompinit");
    }
    invocation.cli().out().print(script);
    return 0;
  }
}
