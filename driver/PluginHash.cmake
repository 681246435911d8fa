# Writes OUT, a header with the content hash of PLUGIN.
file(SHA256 "${PLUGIN}" _sum)
file(WRITE "${OUT}" "#define CRIT_PLUGIN_HASH \"${_sum}\"\n")
