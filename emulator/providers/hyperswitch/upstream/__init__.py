"""The connectors' own token endpoints, as far as the service and its SDK use them: spec 4.1.

So a real server, or an SDK that makes the connector's call itself, can be pointed here by
`base_url`.
"""
