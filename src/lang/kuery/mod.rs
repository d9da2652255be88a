//! Kibana query language (kuery), as Kibana's own grammar has it.
