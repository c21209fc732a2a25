"""What the law gives, as pure functions and frozen data; nothing here does IO or imports the rest of the system."""
