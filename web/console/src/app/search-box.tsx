import { TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { type FormEvent, useState } from "react";

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Finds tasks by a part of their name; a pasted id opens its task. */
export const SearchBox = () => {
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const search = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted === "") return;
    setText("");
    if (ID.test(wanted)) void navigate({ to: "/tasks/$id", params: { id: wanted } });
    else void navigate({ to: "/tasks", search: { text: wanted } });
  };
  return (
    <form className="search" role="search" onSubmit={search}>
      <TextInput
        id="search"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder="Find a task by name or id"
        aria-label="Find a task by name or id"
        leftSection={<Search size={15} />}
        rightSection={<kbd className="key">/</kbd>}
        size="sm"
      />
    </form>
  );
};
