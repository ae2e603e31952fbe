import { Button, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { BookmarkPlus } from "lucide-react";
import { useState } from "react";
import { useLive, useOffline } from "../live/live-context.tsx";
import { FormDialog } from "../show/form-dialog.tsx";
import { problemWords } from "../show/problem-words.ts";
import { bodyOf, type Draft } from "./draft.ts";
import { parametersIn } from "./template-parameters.ts";

interface SaveTemplateProps {
  readonly type: string;
  readonly draft: Draft;
}

/** Keeps the form as a template; `{{name}}` anywhere in it becomes a parameter. */
export const SaveTemplate = ({ type, draft }: SaveTemplateProps) => {
  const { client } = useLive();
  const answers = useQueryClient();
  const offline = useOffline();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const { delayMinutes: _delay, carry, ...lasting } = draft;
  const { retryOf: _of, ...kept } = carry;
  const task = bodyOf(type, { ...lasting, delayMinutes: null, carry: kept }, 0);
  const parameters = parametersIn(task);
  const save = useMutation({
    mutationFn: () =>
      client.templates.define({
        name: name.trim(),
        task,
        ...(description.trim() === "" ? {} : { description: description.trim() }),
        ...(parameters.length === 0
          ? {}
          : {
              parameters: {
                type: "object",
                required: [...parameters],
                properties: Object.fromEntries(parameters.map((each) => [each, { type: "string" }])),
              },
            }),
      }),
    onSuccess: ({ id }) => {
      setOpen(false);
      void answers.invalidateQueries({ queryKey: ["templates"] });
      notifications.show({ message: `Saved as template ${id}`, autoClose: 4_000 });
    },
  });
  return (
    <>
      <Button
        variant="subtle"
        leftSection={<BookmarkPlus size={15} />}
        disabled={offline}
        data-testid="save-template"
        onClick={() => setOpen(true)}
      >
        Save as a template
      </Button>
      {open && (
        <FormDialog
          title="Save as a template"
          problem={save.isError ? problemWords(save.error) : null}
          yes={{
            label: "Save",
            testid: "template-save",
            ready: name.trim() !== "",
            busy: save.isPending,
          }}
          onYes={() => save.mutate()}
          onClose={() => setOpen(false)}
        >
          <TextInput
            label="Name"
            description="Letters, digits and dashes. A name that exists gets its next version."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            required
            maxLength={64}
            data-autofocus
            data-testid="template-name"
          />
          <TextInput
            label="Description"
            value={description}
            maxLength={1_000}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          <p className="muted small">
            {parameters.length === 0
              ? "Write {{name}} anywhere in the form to ask for it each time."
              : `Asked for each time: ${parameters.join(", ")}.`}
          </p>
        </FormDialog>
      )}
    </>
  );
};
