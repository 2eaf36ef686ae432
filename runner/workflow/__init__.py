"""From a Document to the desired state: validation, references, and the files that it refers to."""
