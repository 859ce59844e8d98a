"""The actions of the Salesforce connector, one file each, and the plugin that hosts find."""
