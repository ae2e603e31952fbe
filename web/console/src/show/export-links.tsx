import { Button } from "@mantine/core";
import { Download } from "lucide-react";

interface ExportLinksProps {
  /** What the files are of, in test ids. */
  readonly name: string;
  readonly href: (format: "csv" | "json") => string;
}

/** A list as files. */
export const ExportLinks = ({ name, href }: ExportLinksProps) =>
  (["csv", "json"] as const).map((format) => (
    <Button
      key={format}
      size="xs"
      variant="default"
      component="a"
      href={href(format)}
      download
      leftSection={<Download size={14} />}
      data-testid={`${name}-${format}`}
    >
      {format.toUpperCase()}
    </Button>
  ));
