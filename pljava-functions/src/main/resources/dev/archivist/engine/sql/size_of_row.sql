(0::bigint + {sizes})
