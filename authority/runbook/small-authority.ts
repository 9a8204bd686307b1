// The policies to begin with: who may say what, in every small runbook folder the same. They are those of runbooks/default without what
// only a larger organisation has.
export const SMALL_AUTHORITY = `// Who may say what: nobody anything that no \`permit\` here allows, and one \`forbid\` outweighs every permit. \`custody runbook check\` names
// every mistake with its line, \`custody authority explain\` which policy decides. Proofs, open gates and people as people are checked first.

@id("soc-assesses")
@says("The SOC decides the risk.")
permit (principal in Party::"soc", action == Action::"assess", resource);

@id("asked-parties-answer")
@says("A gate is answered by the parties that it asks.")
permit (
  principal,
  action in [Action::"approve", Action::"reject", Action::"withdraw"],
  resource
)
when { principal in context.parties };

@id("named-parties-break-the-glass")
@says("The glass is broken only by the parties that the class names for it.")
permit (principal, action == Action::"breakGlass.act", resource)
when { principal in context.breakGlass };

@id("soc-closes")
@says("The SOC owns the record, and closes it.")
permit (principal in Party::"soc", action == Action::"close", resource);

@id("holder-or-offered-takes-it")
@says("Whoever holds it, or is offered it, takes it.")
permit (principal, action == Action::"acknowledge", resource)
when { principal in resource.holder || (resource has offeredTo && principal in resource.offeredTo) };

@id("holder-or-soc-steers")
@says("Whoever holds it, and the SOC, hand it off, pause it and adopt a runbook.")
permit (
  principal,
  action in [Action::"handOff", Action::"pause", Action::"adopt"],
  resource
)
when { principal in resource.holder || principal in Party::"soc" };

@id("act-parties-and-soc-ask-to-undo")
@says("That what was done is undone, whoever decides the act and the SOC ask for.")
permit (principal, action == Action::"undo", resource)
when { principal in context.parties };

@id("owner-attests")
@says("The owner says whether the service works.")
permit (principal, action == Action::"attest", resource)
when { resource has owner && principal in resource.owner };

@id("soc-attests-without-owner")
@says("Where no owner is known, the SOC says whether the service works.")
permit (principal in Party::"soc", action == Action::"attest", resource)
unless { resource has owner };

@id("step-by-hand-has-its-parties")
@says("Of a step by hand, whoever does it and whoever looks say so.")
permit (principal, action == Action::"attest.step", resource)
when { principal in context.parties };

@id("everybody-adds-what-is-left")
@says("Anybody of the directory adds what is left to do.")
permit (principal is Person, action == Action::"followUp.add", resource);

@id("follow-up-is-ended-by-its-party")
@says("Whose it is, whoever holds the incident, and the SOC say what became of it.")
permit (principal, action == Action::"followUp.end", resource)
when { principal in context.party || principal in resource.holder || principal in Party::"soc" };

@id("everybody-notes")
@says("Anybody of the directory adds notes.")
permit (principal is Person, action == Action::"note", resource);

@id("awaited-executor-reports")
@says("An executor reports what it was asked to do.")
permit (principal is Machine, action == Action::"applied", resource)
when { principal.role == "executor" && resource.awaited.contains(principal) };

@id("awaited-checker-reports")
@says("A checker reports what it was asked to look at.")
permit (principal is Machine, action in [Action::"checked", Action::"discovered"], resource)
when { principal.role == "checker" && resource.awaited.contains(principal) };

@id("nobody-about-themselves")
@says("Nobody answers about their own identity.")
forbid (principal is Person, action, resource)
when { principal.identities.contains(resource.identity.key) }
unless { action == Action::"note" };
`;
